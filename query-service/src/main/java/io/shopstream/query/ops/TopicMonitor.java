package io.shopstream.query.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.config.KafkaConfiguration;
import io.shopstream.query.config.OpsConfiguration;
import io.shopstream.query.ops.lag.CounterRate;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** How fast the topics of the catalogue grow. */
@Singleton
final class TopicMonitor {

  private final OpsConfiguration config;
  private final MultiGauge gauge;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<String, CounterRate> rates = new HashMap<>();

  private volatile Map<String, Double> latest = Map.of();

  TopicMonitor(KafkaConfiguration kafka, OpsConfiguration config, MeterRegistry meters) {
    this.config = config;
    this.gauge =
        MultiGauge.builder("shopstream.topic.appended.offsets.per.second")
            .description("Offsets that a topic grows by in a second, markers included")
            .register(meters);
    for (var topic : Topics.all()) {
      for (var partition = 0; partition < kafka.topicPartitions(); partition++) {
        partitions.add(new TopicPartition(topic.name(), partition));
      }
    }
  }

  /** Partitions whose ends it wants to see. */
  List<TopicPartition> partitions() {
    return partitions;
  }

  /** Takes where the topics end; on one thread. */
  void look(GroupOffsets.Seen seen) {
    var ends = new TreeMap<String, Long>();
    for (var partition : partitions) {
      var end = seen.ends().get(partition);
      if (end != null) {
        ends.merge(partition.topic(), end, Long::sum);
      }
    }
    var pace = new HashMap<String, Double>();
    var rows = new ArrayList<MultiGauge.Row<?>>();
    ends.forEach(
        (topic, end) -> {
          var rate =
              rates.computeIfAbsent(
                  topic, unused -> new CounterRate(config.rateWindow().toMillis()));
          rate.add(seen.timeMs(), end);
          pace.put(topic, rate.perSecond());
          rows.add(MultiGauge.Row.of(Tags.of("topic", topic), rate.perSecond()));
        });
    latest = pace;
    gauge.register(rows, true);
  }

  /**
   * Records a second by topic: what the applications write, where they write. Elsewhere the offsets
   * tell, because the collector and the load generator write without transactions.
   */
  List<Flow.Rate> rates(List<Flow.Application> applications) {
    var written = new HashMap<String, Double>();
    for (var application : applications) {
      for (var write : application.writes()) {
        written.merge(write.topic(), write.recordsPerSecond(), Double::sum);
      }
    }
    var offsets = latest;
    return Topics.all().stream()
        .map(Topic::name)
        .map(
            topic ->
                new Flow.Rate(topic, written.getOrDefault(topic, offsets.getOrDefault(topic, 0.0))))
        .toList();
  }
}
