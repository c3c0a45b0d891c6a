package io.shopstream.query.state;

import java.nio.ByteBuffer;

/** What is known of one key of a store. */
public sealed interface StateRow {

  /**
   * The store holds something.
   *
   * @param value the bytes; not to be changed, and its position not to be moved
   * @param stale whether a standby answered
   * @param lagRecords changelog records that the standby is behind; 0 for an active
   */
  record Found(ByteBuffer value, boolean stale, long lagRecords) implements StateRow {}

  /**
   * The store holds nothing.
   *
   * @param stale whether a standby answered
   * @param lagRecords changelog records that the standby is behind; 0 for an active
   */
  record Absent(boolean stale, long lagRecords) implements StateRow {}

  /**
   * No instance answered in time.
   *
   * @param reason what the last one asked said, for the log and the problem
   */
  record Unavailable(String reason) implements StateRow {}
}
