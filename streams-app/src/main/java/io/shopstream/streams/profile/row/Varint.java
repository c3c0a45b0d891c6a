package io.shopstream.streams.profile.row;

import java.nio.ByteBuffer;

/** Whole numbers in 1 to 10 bytes, seven bits a byte, lowest first (LEB128). */
public final class Varint {
  private Varint() {}

  /** Writes a number of 0 or more; a negative one takes all ten bytes. */
  public static void put(ByteBuffer out, long value) {
    var rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /** Reads what {@link #put} wrote. */
  public static long get(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("A number is longer than ten bytes");
  }

  /** Writes a number that may be negative: zig-zag. */
  public static void putSigned(ByteBuffer out, long value) {
    put(out, (value << 1) ^ (value >> 63));
  }

  /** Reads what {@link #putSigned} wrote. */
  public static long getSigned(ByteBuffer in) {
    var zigZag = get(in);
    return (zigZag >>> 1) ^ -(zigZag & 1);
  }
}
