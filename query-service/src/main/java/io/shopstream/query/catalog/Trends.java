package io.shopstream.query.catalog;

import io.micronaut.context.annotation.Context;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.state.ItemHash;
import io.shopstream.query.config.BackgroundThreads;
import io.shopstream.query.config.TrendConfiguration;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link Ranking} up to date in the background: soon after weights changed, and now and
 * then when they did not, because they fall with time.
 */
@Context
public final class Trends {

  private static final Logger LOG = LoggerFactory.getLogger(Trends.class);

  /**
   * A ranking that takes long is made less often: of the time it takes, so many times is waited.
   */
  private static final int IDLE_SHARE = 20;

  private final Catalog catalog;
  private final ItemWeights weights;
  private final TrendConfiguration config;
  private final ScheduledExecutorService thread;
  private volatile Ranking ranking = Ranking.EMPTY;
  // By the one thread only.
  private long rankedVersion = -1;
  private long rankedNanos;
  private long costNanos;

  Trends(Catalog catalog, ItemWeights weights, TrendConfiguration config) {
    this.catalog = catalog;
    this.weights = weights;
    this.config = config;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(task -> BackgroundThreads.of(task, "trends"));
    var interval = config.refreshInterval().toMillis();
    var unused =
        thread.scheduleWithFixedDelay(this::refresh, interval, interval, TimeUnit.MILLISECONDS);
  }

  /** The ranking as of a moment ago. */
  public Ranking ranking() {
    return ranking;
  }

  private void refresh() {
    try {
      var version = weights.version() + catalog.version();
      var start = System.nanoTime();
      var age = start - rankedNanos;
      if ((version != rankedVersion && age > IDLE_SHARE * costNanos)
          || age > config.idleRefreshInterval().toNanos()) {
        ranking = ranked(weights.nowMs());
        rankedVersion = version;
        rankedNanos = System.nanoTime();
        costNanos = rankedNanos - start;
      }
    } catch (RuntimeException e) {
      LOG.warn("Trends could not be ranked, trying again", e); // an exception would end the task
    }
  }

  private Ranking ranked(long nowMs) {
    // Most of what is seen is in the catalogue, too.
    var known = new Ranking.Builder(Math.max(weights.size(), catalog.size()));
    weights.forEach(
        weight -> {
          var hash = ItemHash.of(weight.itemId());
          var item = catalog.find(hash);
          var slow = ForwardDecay.factor(weight.timeMs(), nowMs, weight.halfLifeMs());
          var fast = ForwardDecay.factor(weight.timeMs(), nowMs, weight.recentHalfLifeMs());
          known.add(
              new Ranking.Known(
                  weight.itemId(),
                  hash,
                  item == null ? List.of() : item.categoryPath(),
                  item == null ? null : item.brand(),
                  (weight.viewed() + weight.bought()) * slow,
                  weight.recent() * fast,
                  item == null ? 0 : item.updatedTimeMs()));
        });
    catalog.forEach(
        item -> {
          var hash = ItemHash.of(item.itemId());
          if (!weights.knows(hash)) {
            known.add(
                new Ranking.Known(
                    item.itemId(),
                    hash,
                    item.categoryPath(),
                    item.brand(),
                    0,
                    0,
                    item.updatedTimeMs()));
          }
        });
    return known.build();
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
  }
}
