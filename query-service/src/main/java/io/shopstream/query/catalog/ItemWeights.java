package io.shopstream.query.catalog;

import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.ItemPopularity;
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
  private volatile DenseWeights dense = new DenseWeights(0, 0, Long.MAX_VALUE);
  private final Clock clock;
  private volatile @Nullable Heard newest;
  private final AtomicLong version = new AtomicLong();

  ItemWeights(Clock clock) {
    this.clock = clock;
  }

  /**
   * Decayed numbers of visits with items, 0 for those that were never seen, by {@link ItemHash}.
   *
   * @param nowMs the time to decay to, in milliseconds since 1970-01-01 UTC
   */
  public AsOf viewed(long nowMs) {
    return of(DenseWeights.Kind.VIEWED, nowMs);
  }

  /** Decayed numbers of orders with items; otherwise as {@link #viewed}. */
  public AsOf bought(long nowMs) {
    return of(DenseWeights.Kind.BOUGHT, nowMs);
  }

  private AsOf of(DenseWeights.Kind kind, long nowMs) {
    var table = dense;
    return new AsOf(table, kind, table.factor(nowMs));
  }

  /** Weights as of a time. */
  public static final class AsOf {
    private final DenseWeights table;
    private final DenseWeights.Kind kind;
    private final double factor;

    private AsOf(DenseWeights table, DenseWeights.Kind kind, double factor) {
      this.table = table;
      this.kind = kind;
      this.factor = factor;
    }

    /** The weight of an item. */
    public double of(long itemHash) {
      return table.atLandmark(itemHash, kind) * factor;
    }

    /** The weights of the first so many items. */
    public void of(long[] itemHashes, int number, double[] weights) {
      for (var i = 0; i < number; i++) {
        weights[i] = table.atLandmark(itemHashes[i], kind) * factor;
      }
    }
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
    var hash = ItemHash.of(popularity.getItemId());
    var known = weights.get(hash);
    var weight =
        new Weight(
            // The id that is there already: the collector need not move a new one each time.
            known != null && known.itemId().equals(popularity.getItemId())
                ? known.itemId()
                : popularity.getItemId(),
            popularity.getTimeMs(),
            popularity.getViewedWeight(),
            popularity.getBoughtWeight(),
            popularity.getRecentWeight(),
            orEndless(popularity.getHalfLifeMs()),
            orEndless(popularity.getRecentHalfLifeMs()));
    weights.put(hash, weight);
    version.incrementAndGet();
    var before = newest;
    var isNewest = before == null || popularity.getTimeMs() >= before.timeMs();
    if (dense.takes(weight.timeMs()) && (!isNewest || dense.halfLifeMs() == weight.halfLifeMs())) {
      dense.put(hash, weight.timeMs(), weight.viewed(), weight.bought());
    } else {
      dense =
          isNewest
              ? anew(weight.timeMs(), weight.halfLifeMs())
              : anew(dense.landmarkMs(), dense.halfLifeMs());
    }
    if (isNewest) {
      newest = new Heard(popularity.getTimeMs(), appendMs);
    }
  }

  private DenseWeights anew(long landmarkMs, long halfLifeMs) {
    var table = new DenseWeights(weights.size(), landmarkMs, halfLifeMs);
    weights.forEach(
        each -> table.put(ItemHash.of(each.itemId()), each.timeMs(), each.viewed(), each.bought()));
    return table;
  }

  private static long orEndless(long halfLifeMs) {
    return halfLifeMs == 0 ? Long.MAX_VALUE : halfLifeMs;
  }

  /** By the same thread. */
  void remove(String itemId) {
    weights.remove(ItemHash.of(itemId));
    dense.put(ItemHash.of(itemId), dense.landmarkMs(), 0, 0);
    version.incrementAndGet();
  }
}
