package io.shopstream.query.ops;

import static java.util.stream.Collectors.toSet;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.shopstream.query.config.KafkaClients;
import io.shopstream.query.config.OpsConfiguration;
import io.shopstream.query.ops.lag.LagTrend;
import io.shopstream.query.ops.lag.OffsetTimes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches every consumer group: how many records it is behind, how old the oldest of them is, and
 * where this is going. The age comes from when the log reached which offset; where that is known
 * too roughly, the record itself is asked for its append time.
 */
@Singleton
final class LagMonitor {

  /** An age may be uncertain by this share of itself … */
  private static final double UNCERTAIN_SHARE = 0.05;

  /** … or by this much, in milliseconds. */
  private static final double UNCERTAIN_MS = 1_000;

  /** A group that is so little behind for so long may only not have seen the last markers. */
  private static final long SUSPICIOUS_MS = 2_000;

  private static final long MARKERS = 4;

  private final GroupOffsets offsets;
  private final OpsConfiguration config;
  private final MultiGauge recordsGauge;
  private final MultiGauge secondsGauge;
  private final MultiGauge positionRecordsGauge;
  private final MultiGauge positionSecondsGauge;
  private final MultiGauge growthGauge;
  private final MultiGauge catchUpGauge;

  // On one thread only.
  private final Map<TopicPartition, OffsetTimes> times = new HashMap<>();
  private final Map<String, LagTrend> trends = new HashMap<>();
  // Behind these is nothing but markers up to that offset: no need to ask again.
  private final Map<GroupOffsets.Position, Long> onlyMarkersTo = new HashMap<>();
  private final Map<String, ArrayDeque<LagHistory.Point>> history = new TreeMap<>();

  private volatile ConsumerLag latest = new ConsumerLag(0, List.of());
  private volatile LagHistory latestHistory = new LagHistory(List.of());

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
    this.positionRecordsGauge =
        MultiGauge.builder("shopstream.consumer.position.lag.records")
            .description("Records that a group has not read")
            .register(meters);
    this.positionSecondsGauge =
        MultiGauge.builder("shopstream.consumer.position.lag.seconds")
            .description("Age of the oldest record that a group has not read")
            .register(meters);
    this.growthGauge =
        MultiGauge.builder("shopstream.consumer.lag.growth.records.per.second")
            .description("By how many records a second the lag of a group grows, by its trend")
            .register(meters);
    this.catchUpGauge =
        MultiGauge.builder("shopstream.consumer.catch.up.seconds")
            .description("Time until a group is caught up, by its trend; not a number if never")
            .register(meters);
    Gauge.builder(
            "shopstream.consumer.lag.measured.seconds",
            () -> (clock.millis() - latest.timeMs()) / 1e3)
        .description("Time since the lag was last looked at")
        .register(meters);
  }

  /** What the last look showed. */
  ConsumerLag latest() {
    return latest;
  }

  /** What the looks of the last minutes showed. */
  LagHistory history() {
    return latestHistory;
  }

  /**
   * Looks; on one thread.
   *
   * @param positions of the consumers of streams-app
   * @param topics whose ends are wanted, too
   * @throws IllegalStateException when the brokers do not answer in time
   */
  GroupOffsets.Seen look(Positions positions, Collection<TopicPartition> topics)
      throws InterruptedException {
    var seen = offsets.look(topics);
    latest = judge(seen, positions);
    remember(latest);
    publish(latest);
    return seen;
  }

  private ConsumerLag judge(GroupOffsets.Seen seen, Positions positions) {
    seen.ends()
        .forEach(
            (partition, end) ->
                times
                    .computeIfAbsent(partition, unused -> new OffsetTimes())
                    .ended(end, seen.timeMs()));
    times.keySet().retainAll(seen.ends().keySet());
    var ages = ages(seen, positions);
    var groups = new ArrayList<ConsumerLag.Group>();
    for (var group : new TreeMap<>(seen.groups()).entrySet()) {
      groups.add(judge(group.getKey(), group.getValue(), seen, positions, ages));
    }
    trends.keySet().retainAll(seen.groups().keySet());
    return new ConsumerLag(seen.timeMs(), groups);
  }

  /** Append time of the first record that a group has not committed, or not read. */
  private Map<GroupOffsets.Position, Double> ages(GroupOffsets.Seen seen, Positions positions) {
    var appended = new HashMap<GroupOffsets.Position, Double>();
    var unsure = new ArrayList<GroupOffsets.Position>();
    var behind = seen.behind(positions);
    onlyMarkersTo.keySet().retainAll(behind);
    for (var position : behind) {
      var end = seen.ends().get(position.partition());
      if (end.equals(onlyMarkersTo.get(position))) {
        continue;
      }
      var found = times.get(position.partition()).timeOf(position.offset());
      // When the record cannot be asked in time a rough age is better than none.
      appended.put(
          position, found.map(OffsetTimes.Appended::timeMs).orElse((double) seen.timeMs()));
      if (found.isEmpty() || isTooRough(found.get(), seen.timeMs(), end - position.offset())) {
        unsure.add(position);
      }
    }
    offsets
        .appendTimes(unsure, seen.ends())
        .forEach(
            (position, time) -> {
              if (time.isPresent()) {
                times.get(position.partition()).appended(position.offset(), time.getAsLong());
                appended.put(position, (double) time.getAsLong());
              } else {
                onlyMarkersTo.put(position, seen.ends().get(position.partition()));
                appended.remove(position);
              }
            });
    return appended;
  }

  private static boolean isTooRough(OffsetTimes.Appended found, long nowMs, long left) {
    var age = nowMs - found.timeMs();
    var onlyMarkers = left <= MARKERS && age > SUSPICIOUS_MS;
    return onlyMarkers || found.uncertaintyMs() > Math.max(UNCERTAIN_MS, UNCERTAIN_SHARE * age);
  }

  /** How far an offset is behind the end of its partition. */
  private record Behind(long records, double seconds) {
    static final Behind NOT = new Behind(0, 0);
  }

  private static Behind behind(
      TopicPartition partition,
      long offset,
      GroupOffsets.Seen seen,
      Map<GroupOffsets.Position, Double> appended) {
    var since = appended.get(new GroupOffsets.Position(partition, offset));
    return since == null
        ? Behind.NOT
        : new Behind(
            seen.ends().get(partition) - offset, Math.max(0, (seen.timeMs() - since) / 1e3));
  }

  private ConsumerLag.Group judge(
      String name,
      GroupOffsets.Group group,
      GroupOffsets.Seen seen,
      Positions positions,
      Map<GroupOffsets.Position, Double> appended) {
    var partitions = new ArrayList<ConsumerLag.Partition>();
    for (var committed : group.committed().entrySet()) {
      var end = seen.ends().get(committed.getKey());
      if (end == null) {
        continue; // the topic is gone
      }
      var byCommit = behind(committed.getKey(), committed.getValue(), seen, appended);
      var position = positions.of(name, committed.getKey(), committed.getValue());
      var byPosition =
          position.isEmpty()
              ? null
              : behind(committed.getKey(), position.getAsLong(), seen, appended);
      partitions.add(
          new ConsumerLag.Partition(
              committed.getKey().topic(),
              committed.getKey().partition(),
              committed.getValue(),
              byPosition == null ? null : position.getAsLong(),
              end,
              byCommit.records(),
              byCommit.seconds(),
              byPosition == null ? null : byPosition.records(),
              byPosition == null ? null : byPosition.seconds()));
    }
    partitions.sort(
        Comparator.comparing(ConsumerLag.Partition::topic)
            .thenComparing(ConsumerLag.Partition::partition));
    var records = partitions.stream().mapToLong(ConsumerLag.Partition::lagRecords).sum();
    var read = partitions.stream().filter(one -> one.positionLagRecords() != null).toList();
    var trend =
        trends.computeIfAbsent(name, unused -> new LagTrend(config.trendWindow().toMillis()));
    trend.add(seen.timeMs(), records);
    var caughtUp = trend.secondsUntilCaughtUp();
    return new ConsumerLag.Group(
        name,
        group.state(),
        records,
        partitions.stream().mapToDouble(ConsumerLag.Partition::lagSeconds).max().orElse(0),
        read.isEmpty()
            ? null
            : read.stream().mapToLong(ConsumerLag.Partition::positionLagRecords).sum(),
        read.isEmpty()
            ? null
            : read.stream().mapToDouble(ConsumerLag.Partition::positionLagSeconds).max().orElse(0),
        trend.direction().name().toLowerCase(Locale.ROOT),
        trend.recordsPerSecond(),
        caughtUp.isPresent() ? caughtUp.getAsDouble() : null,
        partitions);
  }

  private void remember(ConsumerLag lag) {
    var most = (int) (config.history().toMillis() / config.lagInterval().toMillis()) + 1;
    for (var group : lag.groups()) {
      var points = history.computeIfAbsent(group.group(), unused -> new ArrayDeque<>());
      points.addLast(new LagHistory.Point(lag.timeMs(), group.lagRecords(), group.lagSeconds()));
      while (points.size() > most) {
        points.removeFirst();
      }
    }
    history
        .keySet()
        .retainAll(lag.groups().stream().map(ConsumerLag.Group::group).collect(toSet()));
    latestHistory =
        new LagHistory(
            history.entrySet().stream()
                .map(one -> new LagHistory.Group(one.getKey(), List.copyOf(one.getValue())))
                .toList());
  }

  private void publish(ConsumerLag lag) {
    var records = new ArrayList<MultiGauge.Row<?>>();
    var seconds = new ArrayList<MultiGauge.Row<?>>();
    var positionRecords = new ArrayList<MultiGauge.Row<?>>();
    var positionSeconds = new ArrayList<MultiGauge.Row<?>>();
    var growth = new ArrayList<MultiGauge.Row<?>>();
    var catchUp = new ArrayList<MultiGauge.Row<?>>();
    for (var group : lag.groups()) {
      var ofGroup = Tags.of("group", group.group());
      growth.add(MultiGauge.Row.of(ofGroup, group.recordsPerSecond()));
      catchUp.add(
          MultiGauge.Row.of(
              ofGroup, group.caughtUpInSeconds() == null ? Double.NaN : group.caughtUpInSeconds()));
      for (var partition : group.partitions()) {
        var tags =
            ofGroup.and(
                "topic", partition.topic(),
                "partition", Integer.toString(partition.partition()));
        records.add(MultiGauge.Row.of(tags, partition.lagRecords()));
        seconds.add(MultiGauge.Row.of(tags, partition.lagSeconds()));
        if (partition.positionLagRecords() != null) {
          positionRecords.add(MultiGauge.Row.of(tags, partition.positionLagRecords()));
          positionSeconds.add(MultiGauge.Row.of(tags, partition.positionLagSeconds()));
        }
      }
    }
    recordsGauge.register(records, true);
    secondsGauge.register(seconds, true);
    positionRecordsGauge.register(positionRecords, true);
    positionSecondsGauge.register(positionSeconds, true);
    growthGauge.register(growth, true);
    catchUpGauge.register(catchUp, true);
  }

  /** Closes the connections; after the last look. */
  void close() {
    offsets.close();
  }
}
