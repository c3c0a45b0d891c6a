package io.shopstream.query.catalog;

import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.state.ItemHash;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** How much each item is viewed and bought, in memory, a tenth behind at most. */
@Singleton
public final class ItemWeights {

  /**
   * What is known of an item.
   *
   * @param timeMs that the weights are as of, in milliseconds since 1970-01-01 UTC
   * @param halfLifeMs of the first two weights
   * @param recentHalfLifeMs of the third
   */
  record Weight(
      String itemId,
      long timeMs,
      double viewed,
      double bought,
      double recent,
      long halfLifeMs,
      long recentHalfLifeMs) {}

  /** A time of the data, and the wall clock when it was true. */
  private record Heard(long timeMs, long wallMs) {}

  private final LongTable<Weight> weights = new LongTable<>();
  private final Clock clock;
  private volatile @Nullable Heard newest;
  private final AtomicLong version = new AtomicLong();

  ItemWeights(Clock clock) {
    this.clock = clock;
  }

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
   * The clock of the data, in milliseconds since 1970-01-01 UTC: a replay of history lives in its
   * own time. It goes on from the newest event that any weight is as of, as fast as any clock, so
   * weights fall when nothing comes; the time of day while there is none.
   */
  public long nowMs() {
    var heard = newest;
    var wall = clock.millis();
    return heard == null ? wall : heard.timeMs() + Math.max(0, wall - heard.wallMs());
  }

  /** Whether an item was ever seen. */
  boolean knows(long itemHash) {
    return weights.get(itemHash) != null;
  }

  /** Changes when a weight does. */
  long version() {
    return version.get();
  }

  /** Visits what is known of every item, in no order. */
  void forEach(Consumer<Weight> visitor) {
    weights.forEach(visitor);
  }

  /** Number of items. */
  public int size() {
    return weights.size();
  }

  /**
   * By one thread.
   *
   * @param appendMs when the broker took the record, in milliseconds since 1970-01-01 UTC
   */
  void put(ItemPopularity popularity, long appendMs) {
    weights.put(
        ItemHash.of(popularity.getItemId()),
        new Weight(
            popularity.getItemId(),
            popularity.getTimeMs(),
            popularity.getViewedWeight(),
            popularity.getBoughtWeight(),
            popularity.getRecentWeight(),
            orEndless(popularity.getHalfLifeMs()),
            orEndless(popularity.getRecentHalfLifeMs())));
    version.incrementAndGet();
    var before = newest;
    if (before == null || popularity.getTimeMs() > before.timeMs()) {
      newest = new Heard(popularity.getTimeMs(), appendMs);
    }
  }

  private static long orEndless(long halfLifeMs) {
    return halfLifeMs == 0 ? Long.MAX_VALUE : halfLifeMs;
  }

  /** By the same thread. */
  void remove(String itemId) {
    weights.remove(ItemHash.of(itemId));
    version.incrementAndGet();
  }
}
