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
      AvroForm.writeLong(out, rows);
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
    AvroForm.writeRow(out, value, stale, lagRecords);
    left--;
    endAfterLast();
  }

  private void endAfterLast() {
    if (left == 0) {
      AvroForm.writeLong(out, 0);
    }
  }
}
