package io.shopstream.streams.state;

import io.micronaut.context.annotation.Context;
import io.shopstream.streams.runtime.RunningApplication;
import io.shopstream.streams.runtime.StreamsConfiguration;
import io.shopstream.streams.runtime.StreamsRuntime;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * Whether this instance can be sure that what it holds as active is still its own. An instance that
 * was stopped for a while, or is cut off from the broker, goes on to think so while others have
 * taken over; what it answers then is stale, and it must say so.
 *
 * <p>Sure is who heard from the group's coordinator lately: the coordinator gives nothing away
 * before a session time-out without a heartbeat.
 */
@Context
final class Lease {

  private static final Duration TICK = Duration.ofMillis(250);
  private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(2).toNanos();

  /** Heartbeats that were answered before a stop may be read after it: they prove nothing. */
  private static final long DOUBT_AFTER_GAP_NANOS = Duration.ofSeconds(3).toNanos();

  private static final long LONGEST_SILENCE_NANOS =
      StreamsConfiguration.SESSION_TIMEOUT.toNanos() * 7 / 10;
  private static final int TICKS_BETWEEN_SEARCHES = 20;

  /** Answered heartbeats of one application's consumers, and when there was a new one. */
  private static final class Heartbeats {
    private List<KafkaMetric> totals = List.of();
    private double seen;
    private volatile long newestNanos = System.nanoTime();
  }

  private final StreamsRuntime runtime;
  private final Map<RunningApplication, Heartbeats> heartbeats = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long tickNanos = System.nanoTime();
  private volatile long doubtUntilNanos = System.nanoTime();
  private int ticks;

  Lease(StreamsRuntime runtime) {
    this.runtime = runtime;
    var unused =
        thread.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether nobody else can have taken over what this instance holds of an application. */
  boolean holds(RunningApplication application) {
    var now = System.nanoTime();
    var one = heartbeats.get(application);
    return now - tickNanos < LONGEST_GAP_NANOS
        && now - doubtUntilNanos >= 0
        && (one == null || now - one.newestNanos < LONGEST_SILENCE_NANOS);
  }

  private void tick() {
    var now = System.nanoTime();
    if (now - tickNanos > LONGEST_GAP_NANOS) {
      doubtUntilNanos = now + DOUBT_AFTER_GAP_NANOS;
    }
    tickNanos = now;
    for (var application : runtime.applications()) {
      var one = heartbeats.computeIfAbsent(application, unused -> new Heartbeats());
      if (ticks % TICKS_BETWEEN_SEARCHES == 0) {
        one.totals = totals(application);
      }
      // Of several consumers the slowest counts, and their totals grow at one pace.
      var total =
          one.totals.stream()
              .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
              .min()
              .orElse(0);
      if (total != one.seen) {
        one.seen = total;
        one.newestNanos = now;
      }
    }
    ticks++;
  }

  private static List<KafkaMetric> totals(RunningApplication application) {
    return application.metrics().stream()
        .filter(metric -> metric.metricName().name().equals("heartbeat-total"))
        .toList();
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
  }
}
