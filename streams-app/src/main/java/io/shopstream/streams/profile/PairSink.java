package io.shopstream.streams.profile;

import io.shopstream.events.PairKind;

/** Takes what items and pairs of items gain from a visit or an order. */
public interface PairSink {
  /**
   * An item gained.
   *
   * @param timeMs event time that the weight is as of, in milliseconds since 1970-01-01 UTC
   * @param support visits (orders) with the item; negative when taken back
   */
  void own(PairKind kind, String itemId, long timeMs, double weight, int support);

  /** The neighbour gained in the row of the item; see {@link #own}. */
  void pair(
      PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support);

  /**
   * An item was touched again in the same visit: right after itself, or after others. Adds no
   * support; a sink that is after pairs alone need not listen.
   */
  default void again(
      PairKind kind, String itemId, long timeMs, double repeatWeight, double returnWeight) {}
}
