package io.shopstream.query.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.shopstream.events.ApplicationReport;
import io.shopstream.events.InstanceReport;
import io.shopstream.events.RocksDbReport;
import io.shopstream.events.TaskReport;
import io.shopstream.events.TopicCount;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.query.config.OpsConfiguration;
import io.shopstream.query.ops.lag.CounterRate;
import io.shopstream.query.state.InstanceClient;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the instances of streams-app for their reports, and makes rates of what they counted. */
@Singleton
final class InstanceMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceMonitor.class);
  private static final String PATH = "/state/v1/report";

  /** An instance that has been silent for so long is not shown any more. */
  private static final long GONE_MS = 5 * 60_000L;

  /** What a rate is of; as many as instances, times applications, times their topics. */
  private record Counter(String address, String application, String kind, String name) {}

  /** The newest report of an instance, and whether it answered the last question. */
  private record Known(InstanceReport report, boolean answers, long heardMs) {}

  private final InstanceClient client;
  private final OpsConfiguration config;
  private final Clock clock;
  private final Positions positions = new Positions();
  private final Map<Counter, CounterRate> rates = new HashMap<>();

  private volatile Map<String, Known> known = Map.of();
  private volatile Instances latest = new Instances(0, List.of());
  private volatile List<Flow.Application> flows = List.of();
  private volatile List<FraudFigures.Decision> decisions = List.of();
  private volatile List<DeadLetterFigures.Count> deadLetters = List.of();

  InstanceMonitor(
      InstanceClient client, OpsConfiguration config, Clock clock, MeterRegistry meters) {
    this.client = client;
    this.config = config;
    this.clock = clock;
    Gauge.builder("shopstream.streams.instances", () -> latest.instances().size())
        .description("Instances of streams-app that answered in the last minutes")
        .register(meters);
    Gauge.builder(
            "shopstream.streams.answering.instances",
            () -> latest.instances().stream().filter(Instances.Instance::answers).count())
        .description("Instances of streams-app that answered the last question")
        .register(meters);
  }

  /** The instances, as they were at the last look. */
  Instances latest() {
    return latest;
  }

  /** What the applications read and write, all instances together. */
  List<Flow.Application> flows() {
    return flows;
  }

  /** The fraud decisions of all instances. */
  List<FraudFigures.Decision> decisions() {
    return decisions;
  }

  /** Dead letters by application and topic, of all instances. */
  List<DeadLetterFigures.Count> deadLetters() {
    return deadLetters;
  }

  /** Where the consumers read; for the thread that looks. */
  Positions positions() {
    return positions;
  }

  /** Asks all instances; on one thread. */
  void look() throws InterruptedException {
    var nowMs = clock.millis();
    var heard = new TreeMap<String, Known>();
    known.forEach(
        (address, one) -> {
          if (nowMs - one.heardMs() < GONE_MS) {
            heard.put(address, new Known(one.report(), false, one.heardMs()));
          }
        });
    ask()
        .forEach(
            (address, body) ->
                body.flatMap(bytes -> read(address, bytes))
                    .ifPresent(report -> heard.put(address, new Known(report, true, nowMs))));
    var before = known;
    known = heard;
    rates.keySet().removeIf(counter -> !heard.containsKey(counter.address()));
    heard.forEach(
        (address, one) ->
            count(
                address,
                before.containsKey(address)
                    ? before.get(address).report().getTimeMs()
                    : one.report().getTimeMs(),
                one.report()));
    heard.values().forEach(one -> positions.add(one.report()));
    latest =
        new Instances(
            nowMs,
            heard.entrySet().stream().map(one -> instance(one.getKey(), one.getValue())).toList());
    flows = sumFlows();
    decisions = sumDecisions();
    deadLetters = sumDeadLetters();
  }

  private Map<String, Optional<byte[]>> ask() throws InterruptedException {
    try {
      return client.askAll(PATH).get(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("No instance answers", e);
      return Map.of();
    }
  }

  private static Optional<InstanceReport> read(String address, byte[] body) {
    try {
      return Optional.of(AvroBinary.decode(body, InstanceReport.class));
    } catch (IllegalArgumentException e) {
      LOG.debug("The report of {} cannot be read", address, e);
      return Optional.empty();
    }
  }

  /** Counts on; what the report before did not name began at 0 after it. */
  private void count(String address, long beforeMs, InstanceReport report) {
    var timeMs = report.getTimeMs();
    for (var application : report.getApplications()) {
      var id = application.getApplication();
      rate(new Counter(address, id, "restored", ""), beforeMs)
          .add(timeMs, application.getRestoredRecords());
      for (var one : application.getRead()) {
        rate(new Counter(address, id, "read", one.getTopic()), beforeMs)
            .add(timeMs, one.getRecords());
      }
      for (var one : application.getWritten()) {
        rate(new Counter(address, id, "written", one.getTopic()), beforeMs)
            .add(timeMs, one.getRecords());
      }
    }
    for (var one : report.getDecisions()) {
      rate(new Counter(address, "", "decided", one.getDecision()), beforeMs)
          .add(timeMs, one.getOrders());
    }
  }

  private CounterRate rate(Counter counter, long beforeMs) {
    return rates.computeIfAbsent(
        counter,
        unused -> {
          var rate = new CounterRate(config.rateWindow().toMillis());
          if (beforeMs < known.get(counter.address()).report().getTimeMs()) {
            rate.add(beforeMs, 0);
          }
          return rate;
        });
  }

  /** A rate of an instance; that of one that has fallen silent is not known, and counts nothing. */
  private double perSecond(String address, String application, String kind, String name) {
    var rate = rates.get(new Counter(address, application, kind, name));
    return rate == null || !known.get(address).answers() ? 0 : rate.perSecond();
  }

  private Instances.Instance instance(String address, Known one) {
    var report = one.report();
    return new Instances.Instance(
        address,
        one.answers(),
        Instant.ofEpochMilli(report.getTimeMs()),
        Instant.ofEpochMilli(report.getStartedMs()),
        report.getApplications().stream()
            .map(application -> application(address, application))
            .toList(),
        rocksdb(report.getRocksdb()));
  }

  private Instances.Application application(String address, ApplicationReport application) {
    var left = application.getRecordsToRestore();
    var pace = perSecond(address, application.getApplication(), "restored", "");
    return new Instances.Application(
        application.getApplication(),
        application.getPhase(),
        tasks(application, false),
        tasks(application, true),
        new Instances.Restore(
            left, pace, left == 0 ? Double.valueOf(0) : pace > 0 ? left / pace : null),
        application.getStores().stream().mapToLong(store -> store.getStandbyLagRecords()).sum(),
        application.getStores().stream()
            .map(
                store ->
                    new Instances.Store(
                        store.getStore(), store.getSizeBytes(), store.getStandbyLagRecords()))
            .toList(),
        application.getLatencyAvgMs(),
        application.getLatencyMaxMs(),
        application.getRebalances());
  }

  private static List<String> tasks(ApplicationReport application, boolean standby) {
    return application.getTasks().stream()
        .filter(task -> task.getStandby() == standby)
        .map(InstanceMonitor::name)
        .toList();
  }

  private static String name(TaskReport task) {
    return task.getSubtopology() + "_" + task.getPartition();
  }

  private static Instances.RocksDb rocksdb(RocksDbReport report) {
    return new Instances.RocksDb(
        report.getMemoryLimitBytes(),
        report.getMemoryUsedBytes(),
        report.getStalledStores(),
        report.getStalls(),
        report.getStalledMs() / 1e3);
  }

  private Stream<Map.Entry<String, ApplicationReport>> applications() {
    return known.entrySet().stream()
        .flatMap(
            one ->
                one.getValue().report().getApplications().stream()
                    .map(application -> Map.entry(one.getKey(), application)));
  }

  private List<Flow.Application> sumFlows() {
    var names = new TreeSet<String>();
    applications().forEach(one -> names.add(one.getValue().getApplication()));
    var sums = new ArrayList<Flow.Application>();
    for (var name : names) {
      sums.add(
          new Flow.Application(
              name,
              sum(name, "read", ApplicationReport::getRead),
              sum(name, "written", ApplicationReport::getWritten),
              slowest(name, ApplicationReport::getLatencyAvgMs),
              slowest(name, ApplicationReport::getLatencyMaxMs)));
    }
    return sums;
  }

  private List<Flow.Rate> sum(
      String application, String kind, Function<ApplicationReport, List<TopicCount>> counts) {
    var sums = new TreeMap<String, Double>();
    applications()
        .filter(one -> one.getValue().getApplication().equals(application))
        .forEach(
            one ->
                counts
                    .apply(one.getValue())
                    .forEach(
                        count ->
                            sums.merge(
                                count.getTopic(),
                                perSecond(one.getKey(), application, kind, count.getTopic()),
                                Double::sum)));
    return sums.entrySet().stream()
        .map(one -> new Flow.Rate(one.getKey(), one.getValue()))
        .toList();
  }

  private Double slowest(String application, Function<ApplicationReport, Double> latency) {
    return applications()
        .map(Map.Entry::getValue)
        .filter(one -> one.getApplication().equals(application))
        .map(latency)
        .filter(Objects::nonNull)
        .max(Double::compare)
        .orElse(null);
  }

  private List<FraudFigures.Decision> sumDecisions() {
    var orders = new TreeMap<String, Long>();
    var pace = new TreeMap<String, Double>();
    known.forEach(
        (address, one) ->
            one.report()
                .getDecisions()
                .forEach(
                    count -> {
                      orders.merge(count.getDecision(), count.getOrders(), Long::sum);
                      pace.merge(
                          count.getDecision(),
                          perSecond(address, "", "decided", count.getDecision()),
                          Double::sum);
                    }));
    return orders.entrySet().stream()
        .map(one -> new FraudFigures.Decision(one.getKey(), one.getValue(), pace.get(one.getKey())))
        .toList();
  }

  private List<DeadLetterFigures.Count> sumDeadLetters() {
    var sums = new TreeMap<String, TreeMap<String, Long>>();
    applications()
        .map(Map.Entry::getValue)
        .forEach(
            one ->
                one.getDeadLetters()
                    .forEach(
                        count ->
                            sums.computeIfAbsent(one.getApplication(), unused -> new TreeMap<>())
                                .merge(count.getTopic(), count.getRecords(), Long::sum)));
    var counts = new ArrayList<DeadLetterFigures.Count>();
    sums.forEach(
        (application, topics) ->
            topics.forEach(
                (topic, records) ->
                    counts.add(new DeadLetterFigures.Count(application, topic, records))));
    return counts;
  }
}
