package io.shopstream.streams.fraud.features;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote. Every method throws {@link IllegalArgumentException} when
 * the bytes end too early.
 */
public final class ByteReader {
  private final byte[] bytes;
  private int position;

  public ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  private void need(int count) {
    if (count < 0 || bytes.length - position < count) {
      throw new IllegalArgumentException(
          "the value ends after " + bytes.length + " bytes, in the middle of a field");
    }
  }

  public int getByte() {
    need(1);
    return bytes[position++] & 0xFF;
  }

  public long getVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = getByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is longer than ten bytes");
  }

  /**
   * A count of things that take at least one byte each, so it can never exceed the bytes that are
   * left.
   */
  public int getCount() {
    long value = getVarint();
    if (value < 0 || value > bytes.length - position) {
      throw new IllegalArgumentException("a count of " + value + " does not fit into the value");
    }
    return (int) value;
  }

  public long getLong() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[position++] & 0xFF);
    }
    return value;
  }

  public int getInt() {
    need(4);
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 8 | (bytes[position++] & 0xFF);
    }
    return value;
  }

  public double getDouble() {
    return Double.longBitsToDouble(getLong());
  }

  public float getFloat() {
    return Float.intBitsToFloat(getInt());
  }

  public byte[] getBytes(int count) {
    need(count);
    position += count;
    return Arrays.copyOfRange(bytes, position - count, position);
  }

  public String getText() {
    return new String(getBlock(), StandardCharsets.UTF_8);
  }

  public byte[] getBlock() {
    return getBytes(getCount());
  }

  public boolean hasMore() {
    return position < bytes.length;
  }
}
