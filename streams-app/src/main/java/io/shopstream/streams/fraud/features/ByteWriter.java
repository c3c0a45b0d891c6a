package io.shopstream.streams.fraud.features;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends numbers to a growing byte array; the layout is that of {@link ByteReader}. */
public final class ByteWriter {
  private byte[] bytes;
  private int size;

  public ByteWriter(int expectedSize) {
    bytes = new byte[Math.max(16, expectedSize)];
  }

  /** Begins anew, with the room that there is. */
  public void clear() {
    size = 0;
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  public void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /** A number of 0 or more in 1 to 10 bytes, seven bits a byte, lowest first (LEB128). */
  public void putVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  public void putLong(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  public void putInt(int value) {
    ensure(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  public void putDouble(double value) {
    putLong(Double.doubleToLongBits(value));
  }

  public void putFloat(float value) {
    putInt(Float.floatToIntBits(value));
  }

  public void putBytes(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  /** A text in UTF-8, after its length in bytes. */
  public void putText(String value) {
    putBlock(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes, after their number. */
  public void putBlock(byte[] value) {
    putVarint(value.length);
    putBytes(value);
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
