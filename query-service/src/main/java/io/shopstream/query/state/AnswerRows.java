package io.shopstream.query.state;

import io.netty.buffer.ByteBuf;
import io.shopstream.events.StateAnswer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a {@link StateAnswer} in Avro binary straight from the buffer that was received: each row
 * is copied once, and nothing else is made of it. Through Avro's objects it was twice, and a
 * quarter of what a question allocates.
 */
final class AnswerRows {

  private static final int NULL = 0;
  private static final int BYTES = 1;
  private static final int LONGEST_LONG_BYTES = 10;

  private AnswerRows() {}

  /**
   * The rows of an answer, in the order asked.
   *
   * @throws IllegalArgumentException when the bytes are not an answer
   */
  static List<StateRow> read(ByteBuf answer) {
    try {
      var rows = new ArrayList<StateRow>();
      for (var count = readLong(answer); count != 0; count = readLong(answer)) {
        if (count < 0) {
          readLong(answer); // bytes of the block, for who wants to skip it
          count = -count;
        }
        if (count < 0 || count > answer.readableBytes()) {
          throw new IllegalArgumentException(
              "%d rows in %d bytes".formatted(count, answer.readableBytes()));
        }
        for (; count > 0; count--) {
          rows.add(row(answer));
        }
      }
      if (answer.isReadable()) {
        throw new IllegalArgumentException(answer.readableBytes() + " bytes behind the last row");
      }
      return rows;
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("it ends too early", e);
    }
  }

  private static StateRow row(ByteBuf answer) {
    var branch = readLong(answer);
    if (branch == NULL) {
      return new StateRow.Absent(answer.readBoolean(), readLong(answer));
    }
    if (branch != BYTES) {
      throw new IllegalArgumentException("a value of kind " + branch);
    }
    var length = readLong(answer);
    if (length < 0 || length > answer.readableBytes()) {
      throw new IllegalArgumentException(
          "a value of %d bytes, and %d left".formatted(length, answer.readableBytes()));
    }
    var value = new byte[(int) length];
    answer.readBytes(value);
    return new StateRow.Found(ByteBuffer.wrap(value), answer.readBoolean(), readLong(answer));
  }

  /** Variable-length zig-zag (Avro specification, «Binary Encoding»). */
  private static long readLong(ByteBuf answer) {
    var value = 0L;
    for (var i = 0; i < LONGEST_LONG_BYTES; i++) {
      var next = answer.readByte();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }
}
