package io.shopstream.bench.queries;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP/1.1 answer while it comes in. Reads what a measurement needs and no more: the status, and
 * from Content-Length where the answer ends. Not safe for use by several threads.
 */
final class HttpAnswer {

  /** How far an answer is. */
  enum State {
    INCOMPLETE,
    COMPLETE,
    /** It says not how long it is, is longer than the buffer, or is no HTTP/1.1. */
    UNREADABLE
  }

  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");
  private static final byte[] CONTENT_LENGTH = ascii("\r\ncontent-length:");
  private static final byte[] NO_RECOMMENDATIONS = ascii("\"recommendations\":[]");

  /** A body with recommendations is longer. */
  private static final int LONGEST_EMPTY = 600;

  private static final int LONGEST_LENGTH_DIGITS = 9;

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private int status;
  private int bodyStart;
  private int end;

  /**
   * @param capacity longest answer, in bytes with its head
   */
  HttpAnswer(int capacity) {
    this.bytes = new byte[capacity];
    this.buffer = ByteBuffer.wrap(bytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins a new answer. */
  void clear() {
    buffer.clear();
    status = 0;
    bodyStart = 0;
    end = 0;
  }

  /** Where the next bytes go to; call {@link #advance} after them. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Looks at the bytes that came. */
  State advance() {
    var filled = buffer.position();
    if (bodyStart == 0) {
      var head = indexOf(END_OF_HEAD, 0, filled);
      if (head < 0) {
        return buffer.hasRemaining() ? State.INCOMPLETE : State.UNREADABLE;
      }
      if (!readHead(head)) {
        return State.UNREADABLE;
      }
    }
    if (filled >= end) {
      return filled == end ? State.COMPLETE : State.UNREADABLE;
    }
    return end <= bytes.length ? State.INCOMPLETE : State.UNREADABLE;
  }

  private boolean readHead(int head) {
    bodyStart = head + END_OF_HEAD.length;
    for (var i = 0; i < VERSION.length; i++) {
      if (bytes[i] != VERSION[i]) {
        return false;
      }
    }
    status = (int) number(VERSION.length, head);
    var field = indexOf(CONTENT_LENGTH, 0, head);
    if (field < 0) {
      return false;
    }
    var at = field + CONTENT_LENGTH.length;
    while (at < head && bytes[at] == ' ') {
      at++;
    }
    var length = number(at, head);
    end = bodyStart + (int) length;
    return length >= 0;
  }

  /** The digits from a place on; -1 when there are none or too many. */
  private long number(int from, int to) {
    var number = -1L;
    for (var i = from; i < to && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      if (i - from == LONGEST_LENGTH_DIGITS) {
        return -1;
      }
      number = Math.max(0, number) * 10 + bytes[i] - '0';
    }
    return number;
  }

  /** Where lower-case text stands, whatever the case of the bytes; -1 when it does not. */
  private int indexOf(byte[] text, int from, int to) {
    for (var i = from; i <= to - text.length; i++) {
      var k = 0;
      while (k < text.length && lower(bytes[i + k]) == text[k]) {
        k++;
      }
      if (k == text.length) {
        return i;
      }
    }
    return -1;
  }

  private static byte lower(byte one) {
    return one >= 'A' && one <= 'Z' ? (byte) (one + 32) : one;
  }

  /** Status of a complete answer. */
  int status() {
    return status;
  }

  /** Whether a complete answer holds no recommendation. */
  boolean isEmpty() {
    return end - bodyStart <= LONGEST_EMPTY && indexOf(NO_RECOMMENDATIONS, bodyStart, end) >= 0;
  }
}
