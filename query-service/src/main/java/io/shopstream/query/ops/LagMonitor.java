package io.shopstream.query.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Context;
import io.shopstream.query.config.KafkaClients;
import io.shopstream.query.config.OpsConfiguration;
import io.shopstream.query.ops.lag.LagTrend;
import io.shopstream.query.ops.lag.OffsetTimes;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches every consumer group: how many records it is behind, how old the oldest of them is, and
 * where this is going. The age comes from when the log reached which offset; where that is known
 * too roughly, the record itself is asked for its append time.
 */
@Context
final class LagMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(LagMonitor.class);

  /** An age may be uncertain by this share of itself … */
  private static final double UNCERTAIN_SHARE = 0.05;

  /** … or by this much, in milliseconds. */
  private static final double UNCERTAIN_MS = 1_000;

  /** A group that is so little behind for so long may only not have seen the last markers. */
  private static final long SUSPICIOUS_MS = 2_000;

  private static final long MARKERS = 4;

  private static final Duration STOP = Duration.ofSeconds(5);

  private final GroupOffsets offsets;
  private final OpsConfiguration config;
  private final MultiGauge recordsGauge;
  private final MultiGauge secondsGauge;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "consumer-lag");
            thread.setDaemon(true);
            return thread;
          });

  // On the timer's thread only.
  private final Map<TopicPartition, OffsetTimes> times = new HashMap<>();
  private final Map<String, LagTrend> trends = new HashMap<>();
  private boolean failing;

  private volatile ConsumerLag latest = new ConsumerLag(0, List.of());

  LagMonitor(KafkaClients kafka, OpsConfiguration config, Clock clock, MeterRegistry meters) {
    this.offsets = new GroupOffsets(kafka, clock, config.requestTimeout());
    this.config = config;
    this.recordsGauge =
        MultiGauge.builder("shopstream.consumer.lag.records")
            .description("Records that a group has not committed")
            .register(meters);
    this.secondsGauge =
        MultiGauge.builder("shopstream.consumer.lag.seconds")
            .description("Age of the oldest record that a group has not committed")
            .register(meters);
    Gauge.builder(
            "shopstream.consumer.lag.measured.seconds",
            () -> (clock.millis() - latest.timeMs()) / 1e3)
        .description("Time since the lag was last looked at")
        .register(meters);
  }

  @PostConstruct
  void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::look, 0, config.lagInterval().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the last look showed. */
  ConsumerLag latest() {
    return latest;
  }

  private void look() {
    try {
      var seen = offsets.look();
      latest = judge(seen);
      publish(latest);
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn("Consumer lag cannot be told: {}", e.getMessage());
      }
    }
  }

  private ConsumerLag judge(GroupOffsets.Seen seen) {
    seen.ends()
        .forEach(
            (partition, end) ->
                times
                    .computeIfAbsent(partition, unused -> new OffsetTimes())
                    .ended(end, seen.timeMs()));
    times.keySet().retainAll(seen.ends().keySet());
    var ages = ages(seen);
    var groups = new ArrayList<ConsumerLag.Group>();
    for (var group : new TreeMap<>(seen.groups()).entrySet()) {
      groups.add(judge(group.getKey(), group.getValue(), seen, ages));
    }
    trends.keySet().retainAll(seen.groups().keySet());
    return new ConsumerLag(seen.timeMs(), groups);
  }

  /** Append time of the first record that a group has not committed. */
  private Map<GroupOffsets.Position, Double> ages(GroupOffsets.Seen seen) {
    var appended = new HashMap<GroupOffsets.Position, Double>();
    var unsure = new ArrayList<GroupOffsets.Position>();
    for (var position : seen.behind()) {
      var found = times.get(position.partition()).timeOf(position.offset());
      var left = seen.ends().get(position.partition()) - position.offset();
      if (found.isEmpty() || isTooRough(found.get(), seen.timeMs(), left)) {
        unsure.add(position);
      } else {
        appended.put(position, found.get().timeMs());
      }
    }
    offsets
        .appendTimes(unsure, seen.ends())
        .forEach(
            (position, time) -> {
              if (time.isPresent()) {
                times.get(position.partition()).appended(position.offset(), time.getAsLong());
                appended.put(position, (double) time.getAsLong());
              }
            });
    return appended;
  }

  private static boolean isTooRough(OffsetTimes.Appended found, long nowMs, long left) {
    var age = nowMs - found.timeMs();
    var onlyMarkers = left <= MARKERS && age > SUSPICIOUS_MS;
    return onlyMarkers || found.uncertaintyMs() > Math.max(UNCERTAIN_MS, UNCERTAIN_SHARE * age);
  }

  private ConsumerLag.Group judge(
      String name,
      GroupOffsets.Group group,
      GroupOffsets.Seen seen,
      Map<GroupOffsets.Position, Double> appended) {
    var partitions = new ArrayList<ConsumerLag.Partition>();
    for (var committed : group.committed().entrySet()) {
      var end = seen.ends().get(committed.getKey());
      if (end == null) {
        continue; // the topic is gone
      }
      var position = new GroupOffsets.Position(committed.getKey(), committed.getValue());
      var since = appended.get(position);
      var behind = since == null ? 0 : end - committed.getValue();
      partitions.add(
          new ConsumerLag.Partition(
              committed.getKey().topic(),
              committed.getKey().partition(),
              committed.getValue(),
              end,
              behind,
              since == null ? 0 : Math.max(0, (seen.timeMs() - since) / 1e3)));
    }
    partitions.sort(
        Comparator.comparing(ConsumerLag.Partition::topic)
            .thenComparing(ConsumerLag.Partition::partition));
    var records = partitions.stream().mapToLong(ConsumerLag.Partition::lagRecords).sum();
    var trend =
        trends.computeIfAbsent(name, unused -> new LagTrend(config.trendWindow().toMillis()));
    trend.add(seen.timeMs(), records);
    var caughtUp = trend.secondsUntilCaughtUp();
    return new ConsumerLag.Group(
        name,
        group.state(),
        records,
        partitions.stream().mapToDouble(ConsumerLag.Partition::lagSeconds).max().orElse(0),
        trend.direction().name().toLowerCase(Locale.ROOT),
        trend.recordsPerSecond(),
        caughtUp.isPresent() ? caughtUp.getAsDouble() : null,
        partitions);
  }

  private void publish(ConsumerLag lag) {
    var records = new ArrayList<MultiGauge.Row<?>>();
    var seconds = new ArrayList<MultiGauge.Row<?>>();
    for (var group : lag.groups()) {
      for (var partition : group.partitions()) {
        var tags =
            Tags.of(
                "group", group.group(),
                "topic", partition.topic(),
                "partition", Integer.toString(partition.partition()));
        records.add(MultiGauge.Row.of(tags, partition.lagRecords()));
        seconds.add(MultiGauge.Row.of(tags, partition.lagSeconds()));
      }
    }
    recordsGauge.register(records, true);
    secondsGauge.register(seconds, true);
  }

  @PreDestroy
  void stop() throws InterruptedException {
    timer.shutdownNow();
    if (timer.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
      offsets.close();
    }
  }
}
