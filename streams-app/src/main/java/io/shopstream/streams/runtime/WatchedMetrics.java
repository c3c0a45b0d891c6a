package io.shopstream.streams.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * The few metrics of Kafka's that this process looks at itself, every few seconds. An application
 * has thousands, most of them of single stores and processors; {@code KafkaStreams.metrics()}
 * copies them all.
 *
 * <p>Made by Kafka, once for each client of an application.
 */
public final class WatchedMetrics implements MetricsReporter {

  /** Configuration key of the {@link Sink} of an application. */
  static final String SINK = "shopstream.watched.metrics";

  private static final Map<String, Set<String>> NAMES_BY_GROUP =
      Map.of(
          "consumer-coordinator-metrics", Set.of("heartbeat-total", "rebalance-total"),
          "consumer-fetch-manager-metrics", Set.of("records-consumed-total"),
          "producer-topic-metrics", Set.of("record-send-total"),
          "stream-processor-node-metrics",
              Set.of("record-e2e-latency-avg", "record-e2e-latency-max"),
          "stream-state-metrics", Set.of("total-sst-files-size", "size-all-mem-tables"));

  /** What all clients of an application that are not closed tell. */
  static final class Sink {
    private final Map<MetricName, KafkaMetric> metrics = new ConcurrentHashMap<>();

    /** As they are now: what is read of them changes, and some may come or go meanwhile. */
    Collection<KafkaMetric> metrics() {
      return metrics.values();
    }
  }

  private final Set<KafkaMetric> own = ConcurrentHashMap.newKeySet();
  private Sink sink;

  @Override
  public void configure(Map<String, ?> config) {
    sink = (Sink) config.get(SINK);
  }

  @Override
  public void init(List<KafkaMetric> metrics) {
    metrics.forEach(this::metricChange);
  }

  @Override
  public void metricChange(KafkaMetric metric) {
    var name = metric.metricName();
    if (NAMES_BY_GROUP.getOrDefault(name.group(), Set.of()).contains(name.name())) {
      own.add(metric);
      sink.metrics.put(name, metric);
    }
  }

  /** Leaves alone what another client has told under the same name since. */
  @Override
  public void metricRemoval(KafkaMetric metric) {
    if (own.remove(metric)) {
      sink.metrics.remove(metric.metricName(), metric);
    }
  }

  /** Called when the client is closed. */
  @Override
  public void close() {
    own.forEach(this::metricRemoval);
  }
}
