package io.shopstream.streams.state;

import io.micronaut.core.annotation.Nullable;
import io.netty.buffer.ByteBuf;
import io.shopstream.events.VisitAnswer;

/**
 * Writes a {@link VisitAnswer} in Avro binary straight into the buffer that is sent, for the reason
 * that {@link AnswerWriter} does. How many neighbours a visit has is known when the last of them
 * has been looked for, so each stands in a block of its own, as an array of Avro may.
 */
final class VisitWriter {

  private final ByteBuf out;
  private int left;

  /**
   * Begins an answer.
   *
   * @param visits how many follow, 0 or more
   */
  VisitWriter(ByteBuf out, int visits) {
    this.out = out;
    this.left = visits;
    AvroForm.writeLong(out, visits); // none ends the array
  }

  /**
   * Begins the next visit.
   *
   * @param profile null when there is none
   * @param stale whether a standby answered
   * @param lagRecords how far it is behind, 0 or more
   */
  void begin(@Nullable byte[] profile, boolean stale, long lagRecords) {
    AvroForm.writeRow(out, profile, stale, lagRecords);
  }

  /**
   * Adds a row to the visit that was begun.
   *
   * @param value null when the store holds nothing for the key
   */
  void neighbours(byte[] key, @Nullable byte[] value) {
    AvroForm.writeLong(out, 1);
    AvroForm.writeBytes(out, key);
    AvroForm.writeOptional(out, value);
  }

  /** Ends the visit. */
  void end() {
    AvroForm.writeLong(out, 0);
    left--;
    if (left == 0) {
      AvroForm.writeLong(out, 0);
    }
  }
}
