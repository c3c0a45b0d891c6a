package io.shopstream.streams.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.shopstream.events.ApplicationReport;
import io.shopstream.events.InstanceReport;
import io.shopstream.events.TopicCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shows reports as metrics. Kafka's own metrics are exported beside them; these have stable names,
 * units, and the application and topic as labels instead of client ids.
 */
final class InstanceMetrics {

  /** A total and its labels. */
  private record Total(String name, Tags tags) {}

  private final MeterRegistry meters;
  private final Map<String, MultiGauge> gauges = new HashMap<>();
  // As many as applications, times the topics of each.
  private final Map<Total, AtomicLong> totals = new HashMap<>();

  InstanceMetrics(MeterRegistry meters) {
    this.meters = meters;
    gauge("shopstream.tasks.active.tasks", "Tasks that the instance works on");
    gauge("shopstream.tasks.standby.tasks", "Tasks whose state it follows");
    gauge("shopstream.event.latency.avg.seconds", "From append to processed, mean of a minute");
    gauge("shopstream.event.latency.max.seconds", "From append to processed, slowest of a minute");
    gauge("shopstream.store.size.bytes", "Files and write buffers of a store");
    gauge("shopstream.standby.lag.records", "Changelog records that standbys have not taken yet");
    gauge("shopstream.application.running.ratio", "1 while an application runs, 0 while not");
    gauge("shopstream.rocksdb.memory.limit.bytes", "Bound of block cache and write buffers");
    gauge("shopstream.rocksdb.memory.used.bytes", "Block cache and write buffers in use");
    gauge("shopstream.rocksdb.stalled.stores", "Stores whose writes are slowed down or stopped");
  }

  private void gauge(String name, String description) {
    gauges.put(name, MultiGauge.builder(name).description(description).register(meters));
  }

  /** Shows a report; on one thread. */
  void publish(InstanceReport report) {
    var rows = new HashMap<String, List<MultiGauge.Row<?>>>();
    for (var application : report.getApplications()) {
      publish(application, rows);
    }
    var rocksdb = report.getRocksdb();
    row(rows, "shopstream.rocksdb.memory.limit.bytes", Tags.empty(), rocksdb.getMemoryLimitBytes());
    row(rows, "shopstream.rocksdb.memory.used.bytes", Tags.empty(), rocksdb.getMemoryUsedBytes());
    row(rows, "shopstream.rocksdb.stalled.stores", Tags.empty(), rocksdb.getStalledStores());
    total("shopstream.rocksdb.stalls", "Stalls begun", Tags.empty(), rocksdb.getStalls());
    total(
        "shopstream.rocksdb.stalled.milliseconds",
        "Time for which writes of stores were slowed down or stopped",
        Tags.empty(),
        rocksdb.getStalledMs());
    gauges.forEach((name, gauge) -> gauge.register(rows.getOrDefault(name, List.of()), true));
  }

  private void publish(ApplicationReport application, Map<String, List<MultiGauge.Row<?>>> rows) {
    var tags = Tags.of("application", application.getApplication());
    var standbys = application.getTasks().stream().filter(task -> task.getStandby()).count();
    row(rows, "shopstream.tasks.standby.tasks", tags, standbys);
    row(rows, "shopstream.tasks.active.tasks", tags, application.getTasks().size() - standbys);
    row(
        rows,
        "shopstream.application.running.ratio",
        tags,
        application.getPhase().equals("running") ? 1 : 0);
    seconds(rows, "shopstream.event.latency.avg.seconds", tags, application.getLatencyAvgMs());
    seconds(rows, "shopstream.event.latency.max.seconds", tags, application.getLatencyMaxMs());
    for (var store : application.getStores()) {
      var ofStore = tags.and("store", store.getStore());
      row(rows, "shopstream.store.size.bytes", ofStore, store.getSizeBytes());
      row(rows, "shopstream.standby.lag.records", ofStore, store.getStandbyLagRecords());
    }
    topics("shopstream.topic.read.records", "Records read", tags, application.getRead());
    topics("shopstream.topic.written.records", "Records written", tags, application.getWritten());
    total("shopstream.rebalances", "Rebalances taken part in", tags, application.getRebalances());
    total(
        "shopstream.restore.restored.records",
        "Changelog records read by active tasks before they ran",
        tags,
        application.getRestoredRecords());
  }

  private static void row(
      Map<String, List<MultiGauge.Row<?>>> rows, String name, Tags tags, Number number) {
    rows.computeIfAbsent(name, unused -> new ArrayList<>()).add(MultiGauge.Row.of(tags, number));
  }

  private static void seconds(
      Map<String, List<MultiGauge.Row<?>>> rows, String name, Tags tags, Double milliseconds) {
    row(rows, name, tags, milliseconds == null ? Double.NaN : milliseconds / 1e3);
  }

  private void topics(String name, String description, Tags tags, List<TopicCount> counts) {
    for (var count : counts) {
      total(name, description, tags.and("topic", count.getTopic()), count.getRecords());
    }
  }

  private void total(String name, String description, Tags tags, long number) {
    totals
        .computeIfAbsent(
            new Total(name, tags),
            unused -> {
              var total = new AtomicLong();
              FunctionCounter.builder(name, total, AtomicLong::doubleValue)
                  .description(description)
                  .tags(tags)
                  .register(meters);
              return total;
            })
        .set(number);
  }
}
