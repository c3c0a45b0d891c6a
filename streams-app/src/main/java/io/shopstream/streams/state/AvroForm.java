package io.shopstream.streams.state;

import io.micronaut.core.annotation.Nullable;
import io.netty.buffer.ByteBuf;

/** Parts of answers in Avro binary (Avro specification, «Binary Encoding»). */
final class AvroForm {

  private static final int NULL = 0;
  private static final int BYTES = 1;
  private static final int SEVEN_BITS = 0x7F;

  private AvroForm() {}

  /** A value and how current it is: the first three fields of a row. */
  static void writeRow(ByteBuf out, @Nullable byte[] value, boolean stale, long lagRecords) {
    writeOptional(out, value);
    out.writeBoolean(stale);
    writeLong(out, lagRecords);
  }

  /** A union of null and bytes. */
  static void writeOptional(ByteBuf out, @Nullable byte[] value) {
    if (value == null) {
      writeLong(out, NULL);
    } else {
      writeLong(out, BYTES);
      writeBytes(out, value);
    }
  }

  static void writeBytes(ByteBuf out, byte[] value) {
    writeLong(out, value.length);
    out.writeBytes(value);
  }

  /** Variable-length zig-zag. */
  static void writeLong(ByteBuf out, long value) {
    var rest = (value << 1) ^ (value >> 63);
    while ((rest & ~SEVEN_BITS) != 0) {
      out.writeByte((int) (rest & SEVEN_BITS) | (SEVEN_BITS + 1));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
