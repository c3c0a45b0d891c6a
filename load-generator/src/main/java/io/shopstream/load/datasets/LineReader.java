package io.shopstream.load.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a UTF-8 text with their numbers. One broken line costs that line alone, and no line
 * takes more memory than {@value #LONGEST} characters: what is longer is cut there, and is then
 * refused by whoever parses it.
 */
final class LineReader implements AutoCloseable {

  static final int LONGEST = 16_384;

  private final Reader in;
  private final char[] buffer = new char[LONGEST];
  private final StringBuilder line = new StringBuilder();
  private int position;
  private int end;
  private long number;

  LineReader(InputStream source) {
    in = new InputStreamReader(source, StandardCharsets.UTF_8);
  }

  /** Number of the line that was read last; the first is 1. */
  long number() {
    return number;
  }

  /** The next line without its end, or null after the last. */
  String next() throws IOException {
    line.setLength(0);
    while (position < end || fill()) {
      var from = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      line.append(buffer, from, Math.min(position - from, LONGEST - line.length()));
      if (position < end) {
        position++;
        return finished();
      }
    }
    return line.isEmpty() ? null : finished();
  }

  private String finished() {
    number++;
    var length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') {
      line.setLength(length - 1);
    }
    if (number == 1 && !line.isEmpty() && line.charAt(0) == '\uFEFF') {
      line.deleteCharAt(0);
    }
    return line.toString();
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(in.read(buffer, 0, buffer.length), 0);
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
