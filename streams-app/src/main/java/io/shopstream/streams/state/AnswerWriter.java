package io.shopstream.streams.state;

import io.micronaut.core.annotation.Nullable;
import io.netty.buffer.ByteBuf;
import io.shopstream.events.StateAnswer;

/**
 * Writes a {@link StateAnswer} in Avro binary straight into the buffer that is sent. Made of Avro's
 * objects first, each row was copied three times on its way, and half of what the process allocated
 * under load was that.
 *
 * <p>The form is the schema's: an array in one block, each row a union of null and bytes, a boolean
 * and a long (Avro specification, «Binary Encoding»).
 */
final class AnswerWriter {

  private static final int NULL = 0;
  private static final int BYTES = 1;
  private static final int SEVEN_BITS = 0x7F;

  private final ByteBuf out;
  private int left;

  /**
   * Begins an answer.
   *
   * @param rows how many follow, 0 or more
   */
  AnswerWriter(ByteBuf out, int rows) {
    this.out = out;
    this.left = rows;
    if (rows > 0) {
      writeLong(rows);
    }
    endAfterLast();
  }

  /**
   * Adds the next row.
   *
   * @param value null when the store holds nothing for the key
   * @param stale whether a standby answered
   * @param lagRecords how far it is behind, 0 or more
   */
  void add(@Nullable byte[] value, boolean stale, long lagRecords) {
    if (value == null) {
      writeLong(NULL);
    } else {
      writeLong(BYTES);
      writeLong(value.length);
      out.writeBytes(value);
    }
    out.writeBoolean(stale);
    writeLong(lagRecords);
    left--;
    endAfterLast();
  }

  private void endAfterLast() {
    if (left == 0) {
      writeLong(0);
    }
  }

  /** Variable-length zig-zag. */
  private void writeLong(long value) {
    var rest = (value << 1) ^ (value >> 63);
    while ((rest & ~SEVEN_BITS) != 0) {
      out.writeByte((int) (rest & SEVEN_BITS) | (SEVEN_BITS + 1));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
