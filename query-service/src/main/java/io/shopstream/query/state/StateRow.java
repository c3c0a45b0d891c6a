package io.shopstream.query.state;

import java.nio.ByteBuffer;

/** What is known of one key of a store. */
public sealed interface StateRow {

  /** Whether a standby answered. */
  boolean stale();

  /** Changelog records that the standby is behind; 0 for an active. */
  long lagRecords();

  /**
   * The store holds something.
   *
   * @param value the bytes; not to be changed, and its position not to be moved
   * @param stale whether a standby answered
   * @param lagRecords changelog records that the standby is behind; 0 for an active
   * @param along rows of another store that came with it
   */
  record Found(ByteBuffer value, boolean stale, long lagRecords, RowsAlong along)
      implements StateRow {

    /** One that comes alone. */
    public Found(ByteBuffer value, boolean stale, long lagRecords) {
      this(value, stale, lagRecords, RowsAlong.NONE);
    }

    /** The value as an array; not to be changed. */
    public byte[] bytes() {
      if (value.hasArray()
          && value.arrayOffset() == 0
          && value.position() == 0
          && value.array().length == value.remaining()) {
        return value.array();
      }
      var bytes = new byte[value.remaining()];
      value.duplicate().get(bytes);
      return bytes;
    }
  }

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
   * @param reason who was asked when, and what each of them said, for the log
   */
  record Unavailable(String reason) implements StateRow {

    @Override
    public boolean stale() {
      return false;
    }

    @Override
    public long lagRecords() {
      return 0;
    }
  }
}
