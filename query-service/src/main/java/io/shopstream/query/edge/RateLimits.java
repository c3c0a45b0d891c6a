package io.shopstream.query.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds each client to a pace, by the generic cell rate algorithm (ITU-T I.371): what is kept of a
 * client is one number, the time at which a client that kept its pace exactly would send the next
 * request. One that is further ahead of the clock than the burst allows has to wait.
 */
@Singleton
final class RateLimits {

  /** The highest rate that can be told apart from none, in requests a second. */
  static final double HIGHEST = 1_000_000;

  private static final Duration FORGOTTEN = Duration.ofMinutes(10);
  private static final double NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final EdgeConfiguration config;
  private final Cache<String, AtomicLong> nextNanos;

  RateLimits(EdgeConfiguration config) {
    this.config = config;
    this.nextNanos =
        Caffeine.newBuilder()
            .maximumSize(config.rememberedClients())
            .expireAfterAccess(FORGOTTEN)
            .build();
  }

  /**
   * Counts a request.
   *
   * @param client name of a key, or an address
   * @param rate requests a second
   * @param now of {@link System#nanoTime}
   * @return how long the client has to wait before the next one; zero when this one may be served
   */
  Duration take(String client, double rate, long now) {
    var interval = (long) (NANOS_A_SECOND / Math.min(rate, HIGHEST));
    var tolerance = interval * (config.burst() - 1);
    var next = nextNanos.get(client, unused -> new AtomicLong(now));
    while (true) {
      var due = next.get();
      var early = due - now - tolerance;
      if (early > 0) {
        return Duration.ofNanos(early);
      }
      if (next.compareAndSet(due, (due - now > 0 ? due : now) + interval)) {
        return Duration.ZERO;
      }
    }
  }
}
