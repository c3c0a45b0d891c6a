package io.shopstream.streams.feedback;

/** Takes what is to be counted for a place, variant and strategy. */
interface Tally {

  /** What is counted. */
  enum Count {
    IMPRESSION,
    CLICKED_LIST,
    CLICK,
    CONVERSION,
    IGNORED
  }

  /**
   * Counts one.
   *
   * @param total place, variant and strategy with slashes between
   * @param timeMs of the event, in milliseconds since 1970-01-01 UTC
   */
  void count(String total, Count what, long timeMs);
}
