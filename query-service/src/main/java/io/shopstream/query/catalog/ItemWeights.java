package io.shopstream.query.catalog;

import io.shopstream.events.ItemPopularity;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.state.ItemHash;
import jakarta.inject.Singleton;

/** How much each item is viewed and bought, in memory, a tenth behind at most. */
@Singleton
public final class ItemWeights {

  private record Weight(long timeMs, double viewed, double bought) {}

  private final LongTable<Weight> weights = new LongTable<>();
  private volatile long newestTimeMs;

  /**
   * Decayed number of visits with an item, 0 when it was never seen.
   *
   * @param itemHash as {@link ItemHash} makes it
   * @param nowMs the time to decay to, in milliseconds since 1970-01-01 UTC
   * @param halfLifeMs above 0
   */
  public double viewed(long itemHash, long nowMs, long halfLifeMs) {
    var weight = weights.get(itemHash);
    return weight == null
        ? 0
        : weight.viewed() * ForwardDecay.factor(weight.timeMs(), nowMs, halfLifeMs);
  }

  /** Decayed number of orders with an item; otherwise as {@link #viewed}. */
  public double bought(long itemHash, long nowMs, long halfLifeMs) {
    var weight = weights.get(itemHash);
    return weight == null
        ? 0
        : weight.bought() * ForwardDecay.factor(weight.timeMs(), nowMs, halfLifeMs);
  }

  /**
   * Time of the newest event that any weight is as of, in milliseconds since 1970-01-01 UTC; 0
   * while there is none. It is the clock of the data, which a replay of history sets back.
   */
  public long newestTimeMs() {
    return newestTimeMs;
  }

  /** Number of items. */
  public int size() {
    return weights.size();
  }

  /** By one thread. */
  void put(ItemPopularity popularity) {
    weights.put(
        ItemHash.of(popularity.getItemId()),
        new Weight(
            popularity.getTimeMs(), popularity.getViewedWeight(), popularity.getBoughtWeight()));
    if (popularity.getTimeMs() > newestTimeMs) {
      newestTimeMs = popularity.getTimeMs();
    }
  }

  /** By the same thread. */
  void remove(String itemId) {
    weights.remove(ItemHash.of(itemId));
  }
}
