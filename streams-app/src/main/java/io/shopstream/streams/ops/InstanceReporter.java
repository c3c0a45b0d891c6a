package io.shopstream.streams.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.server.EmbeddedServer;
import io.shopstream.events.ApplicationReport;
import io.shopstream.events.DecisionCount;
import io.shopstream.events.InstanceReport;
import io.shopstream.events.RocksDbReport;
import io.shopstream.events.StoreReport;
import io.shopstream.events.TopicCount;
import io.shopstream.streams.runtime.BoundedRocksDb;
import io.shopstream.streams.runtime.RunningApplication;
import io.shopstream.streams.runtime.StreamsRuntime;
import io.shopstream.streams.runtime.StreamsSettings;
import io.shopstream.streams.runtime.Urgency;
import io.shopstream.streams.runtime.WriteStalls;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.LagInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the applications of this instance now and then, and keeps what it saw as a report and as
 * metrics, so that asking costs nothing.
 */
@Context
final class InstanceReporter {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceReporter.class);

  private final StreamsRuntime runtime;
  private final StreamsSettings streams;
  private final ReportSettings settings;
  private final EmbeddedServer server;
  private final MeterRegistry meters;
  private final InstanceMetrics metrics;
  private final long startedMs = System.currentTimeMillis();
  // How far behind the standbys are is asked of the brokers, who may be away: on a thread of its
  // own.
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, task -> Urgency.WHEN_THERE_IS_TIME.thread(task, "instance-report"));
  private final Map<String, Map<String, Map<Integer, LagInfo>>> lags = new ConcurrentHashMap<>();

  private volatile InstanceReport latest;

  InstanceReporter(
      StreamsRuntime runtime,
      StreamsSettings streams,
      ReportSettings settings,
      EmbeddedServer server,
      MeterRegistry meters) {
    this.runtime = runtime;
    this.streams = streams;
    this.settings = settings;
    this.server = server;
    this.meters = meters;
    this.metrics = new InstanceMetrics(meters);
  }

  @PostConstruct
  void start() {
    every(settings.interval(), this::look);
    every(settings.lagInterval(), this::askForLags);
  }

  private void every(Duration interval, Runnable task) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                // An application that is just closing; the next look is as good.
                LOG.debug("The instance cannot be looked at now", e);
              }
            },
            interval.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** The newest report, made now when there was none yet. */
  InstanceReport latest() {
    var known = latest;
    return known == null ? report() : known;
  }

  private void look() {
    var report = report();
    latest = report;
    metrics.publish(report);
  }

  private void askForLags() {
    for (var application : runtime.applications()) {
      if (!Tasks.of(application).standby().isEmpty()) {
        lags.put(application.applicationId(), application.streams().allLocalStorePartitionLags());
      }
    }
  }

  private InstanceReport report() {
    var stalls = WriteStalls.OF_ALL_STORES.known();
    return InstanceReport.newBuilder()
        .setHost(streams.advertisedHost())
        .setPort(server.getPort())
        .setTimeMs(System.currentTimeMillis())
        .setStartedMs(startedMs)
        .setApplications(
            runtime.applications().stream()
                .map(this::report)
                .sorted(Comparator.comparing(ApplicationReport::getApplication))
                .toList())
        .setRocksdb(
            new RocksDbReport(
                BoundedRocksDb.memoryLimitBytes(),
                BoundedRocksDb.memoryUsedBytes(),
                stalls.stores(),
                stalls.begun(),
                stalls.totalMs()))
        .setDecisions(decisions())
        .build();
  }

  private ApplicationReport report(RunningApplication application) {
    var id = application.applicationId();
    var tasks = Tasks.of(application);
    var figures = ClientFigures.of(application);
    var behind = tasks.standbyLag(application.shape(), lags.getOrDefault(id, Map.of()));
    return ApplicationReport.newBuilder()
        .setApplication(id)
        .setPhase(application.phase().name().toLowerCase(Locale.ROOT))
        .setTasks(tasks.reports())
        .setPositions(tasks.positions())
        .setRead(counts(figures.read()))
        .setWritten(counts(figures.written()))
        .setDeadLetters(counts(deadLetters(id)))
        .setStores(stores(figures, behind))
        .setRecordsToRestore(application.recordsToRestore())
        .setRestoredRecords(application.restoredRecords())
        .setRebalances(figures.rebalances())
        .setLatencyAvgMs(known(figures.latencyAvgMs()))
        .setLatencyMaxMs(known(figures.latencyMaxMs()))
        .build();
  }

  private static Double known(double figure) {
    return Double.isFinite(figure) ? figure : null;
  }

  private static List<StoreReport> stores(ClientFigures figures, Map<String, Long> behind) {
    var names = new TreeSet<>(figures.storeBytes().keySet());
    names.addAll(behind.keySet());
    return names.stream()
        .map(
            store ->
                new StoreReport(
                    store,
                    figures.storeBytes().getOrDefault(store, 0L),
                    behind.getOrDefault(store, 0L)))
        .toList();
  }

  private static List<TopicCount> counts(Map<String, Long> records) {
    var counts = new ArrayList<TopicCount>(records.size());
    records.forEach((topic, number) -> counts.add(new TopicCount(topic, number)));
    return counts;
  }

  private Map<String, Long> deadLetters(String application) {
    var counted = new TreeMap<String, Long>();
    for (var counter : counters("shopstream.dead.letters.records")) {
      if (application.equals(counter.getId().getTag("application"))) {
        counted.merge(counter.getId().getTag("topic"), (long) counter.count(), Long::sum);
      }
    }
    return counted;
  }

  private List<DecisionCount> decisions() {
    return counters("shopstream.fraud.scores.orders").stream()
        .map(c -> new DecisionCount(c.getId().getTag("decision"), (long) c.count()))
        .sorted(Comparator.comparing(DecisionCount::getDecision))
        .toList();
  }

  private List<Counter> counters(String name) {
    return List.copyOf(meters.find(name).counters());
  }

  @PreDestroy
  void stop() {
    timer.shutdownNow();
  }
}
