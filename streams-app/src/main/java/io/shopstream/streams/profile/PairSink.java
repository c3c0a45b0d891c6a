package io.shopstream.streams.profile;

import io.shopstream.events.PairKind;
import java.nio.charset.StandardCharsets;

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
   * An item was touched for the first time in a visit, after another: each gained in the other's
   * row, and support 1.
   *
   * @param earlierId array with the id of the other one in UTF-8, as visits hold it
   * @param from first byte of that id
   * @param to one past its last byte
   * @param forward weight in the row of the earlier one
   * @param backward weight in the row of the item
   */
  default void followed(
      PairKind kind,
      byte[] earlierId,
      int from,
      int to,
      String itemId,
      long timeMs,
      double forward,
      double backward) {
    var earlier = new String(earlierId, from, to - from, StandardCharsets.UTF_8);
    pair(kind, earlier, itemId, timeMs, forward, 1);
    pair(kind, itemId, earlier, timeMs, backward, 1);
  }

  /**
   * An item was touched again in the same visit: right after itself, or after others. Adds no
   * support; a sink that is after pairs alone need not listen.
   */
  default void again(
      PairKind kind, String itemId, long timeMs, double repeatWeight, double returnWeight) {}
}
