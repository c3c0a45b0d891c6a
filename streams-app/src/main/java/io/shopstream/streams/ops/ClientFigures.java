package io.shopstream.streams.ops;

import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.RunningApplication;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * What the metrics of one Kafka Streams application say that those who run it want to know: the
 * figures of its threads, tasks and clients added up.
 */
final class ClientFigures {

  private static final String RESTORING = "restore-consumer";

  private final Map<String, Long> read = new TreeMap<>();
  private final Map<String, Long> written = new TreeMap<>();
  private final Map<String, Long> storeBytes = new TreeMap<>();
  private long rebalances;
  private double latencyAvgMs = Double.NaN;
  private double latencyMaxMs = Double.NaN;

  /** Adds up what the clients of an application count; topics that nothing was read of show 0. */
  static ClientFigures of(RunningApplication application) {
    var figures = new ClientFigures();
    var internalPrefix = application.applicationId() + "-";
    for (var topic : application.sourceTopics()) {
      // The topology names its internal topics without the prefix that they have.
      if (Topics.all().stream().anyMatch(known -> known.name().equals(topic))) {
        figures.read.put(topic, 0L);
      }
    }
    for (var topic : application.sinkTopics()) {
      if (Topics.all().stream().anyMatch(known -> known.name().equals(topic))) {
        figures.written.put(topic, 0L);
      }
    }
    application.metrics().forEach(metric -> figures.add(metric, internalPrefix));
    return figures;
  }

  private void add(Metric metric, String internalPrefix) {
    var name = metric.metricName();
    var tags = name.tags();
    switch (name.group()) {
      case "consumer-fetch-manager-metrics" -> {
        if (name.name().equals("records-consumed-total")
            && tags.containsKey("topic")
            && !tags.containsKey("partition")
            && !tags.get("client-id").endsWith(RESTORING)) {
          read.merge(tags.get("topic"), whole(metric), Long::sum);
        }
      }
      case "producer-topic-metrics" -> {
        if (name.name().equals("record-send-total")
            && !tags.get("topic").startsWith(internalPrefix)) {
          written.merge(tags.get("topic"), whole(metric), Long::sum);
        }
      }
      case "consumer-coordinator-metrics" -> {
        if (name.name().equals("rebalance-total")) {
          rebalances += whole(metric);
        }
      }
      case "stream-processor-node-metrics" -> {
        if (name.name().equals("record-e2e-latency-avg")) {
          latencyAvgMs = larger(latencyAvgMs, number(metric));
        } else if (name.name().equals("record-e2e-latency-max")) {
          latencyMaxMs = larger(latencyMaxMs, number(metric));
        }
      }
      case "stream-state-metrics" -> addStore(name, metric);
      default -> {
        // Not asked for.
      }
    }
  }

  private void addStore(MetricName name, Metric metric) {
    var store = name.tags().get("rocksdb-state-id");
    if (store == null) {
      return;
    }
    switch (name.name()) {
      case "total-sst-files-size", "size-all-mem-tables" ->
          storeBytes.merge(store, whole(metric), Long::sum);
      default -> {
        // Not asked for.
      }
    }
  }

  /** NaN is what Kafka says where nothing was measured lately. */
  private static double larger(double one, double other) {
    if (Double.isNaN(one)) {
      return other;
    }
    return Double.isNaN(other) ? one : Math.max(one, other);
  }

  private static long whole(Metric metric) {
    var number = number(metric);
    return Double.isNaN(number) ? 0 : Math.round(number);
  }

  private static double number(Metric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** Records read by topic, those of restoring left out. */
  Map<String, Long> read() {
    return read;
  }

  /** Records written by topic, those of changelogs left out. */
  Map<String, Long> written() {
    return written;
  }

  /** Files and write buffers of RocksDB by store, in bytes. */
  Map<String, Long> storeBytes() {
    return storeBytes;
  }

  /** Rebalances that the consumers took part in. */
  long rebalances() {
    return rebalances;
  }

  /** Mean latency of the slowest part of the topology, NaN when nothing came lately. */
  double latencyAvgMs() {
    return latencyAvgMs;
  }

  /** Latency of the slowest record, NaN when nothing came lately. */
  double latencyMaxMs() {
    return latencyMaxMs;
  }
}
