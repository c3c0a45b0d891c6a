package io.shopstream.bench.fraud.live;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.events.FraudDecision;
import io.shopstream.load.synthetic.FraudKind;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.streams.fraud.FraudLearningTopology;
import io.shopstream.streams.fraud.FraudScoringTopology;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast scores come, and which frauds they find, on the running stack. */
@Command(
    name = "fraud",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How long an order takes to its score, exactly once, and which frauds are found.",
      "",
      "Publishes synthetic orders with frauds of four kinds woven in, honest orders that look like each kind, and"
          + " clicks. A month of events passes in the run; each outcome is published three days after its order, so the"
          + " model learns on the way. First the same load goes through a pipeline of the same shape in which nothing is"
          + " done, beside the other applications: what it takes is the floor. Latency counts from the time an order was"
          + " due to the time a read-committed consumer has the score.",
      ""
    },
    footer = {"", "Example:", "  ./shopstream bench fraud --rate 500 --clicks 2000 --seconds 60"})
public final class FraudBenchCommand implements Callable<Integer> {

  private static final long SEED = 7;
  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final int SETTLE_SECONDS = 5;

  /** What an order is to take at most; seconds in which one took longer are told. */
  private static final int SLOW_MS = 100;

  private static final Duration LONGEST_DRAIN = Duration.ofMinutes(2);

  @Spec private CommandSpec spec;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "500",
      description = "Orders a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Clicks a second, rounded to whole ones an order (default: ${DEFAULT-VALUE}).")
  private int clicks;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "Seconds to measure (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      // The last large methods are compiled some three minutes after the start.
      defaultValue = "240",
      description =
          "Seconds of the same load before, in which the model learns and the JVMs compile; then"
              + " everything is scored before the measurement begins (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--beside",
      paramLabel = "APPLICATION",
      split = ",",
      defaultValue = "user-profiles,item-co-occurrence,recommendation-feedback",
      description =
          "Other applications in the same process, in both runs; none: nothing but fraud scoring and"
              + " learning (default: ${DEFAULT-VALUE}).")
  private List<String> beside;

  @Option(
      names = "--jvm",
      paramLabel = "OPTION",
      split = " ",
      description =
          "Further options of the JVM of both pipelines, in one text; of two that contradict each"
              + " other the last counts.")
  private List<String> jvm = List.of();

  @Option(
      names = "--no-floor",
      description = "Without the no-op pipeline, to try what changes the other.")
  private boolean noFloor;

  @Mixin private FiguresOption last;

  /** What one pipeline did. */
  private record Result(
      double p50Ms,
      double p99Ms,
      double p999Ms,
      long measured,
      SortedMap<Long, Double> slowSeconds,
      long lost,
      long twice,
      Map<String, FraudKind> truth,
      Map<String, FraudDecision> decisions) {}

  @Override
  public Integer call() {
    for (var option :
        Map.of(
                "--rate",
                rate,
                "--seconds",
                seconds,
                "--warm-up",
                warmUp,
                "--partitions",
                partitions)
            .entrySet()) {
      if (option.getValue() < 1) {
        throw new ParameterException(
            spec.commandLine(), option.getKey() + " should be 1 or more, not " + option.getValue());
      }
    }
    var out = spec.commandLine().getOut();
    try (var workplace = Workplace.open()) {
      var results = new LinkedHashMap<String, Result>();
      if (!noFloor) {
        tell(out, "no-op pipeline: %,d orders/s and %,d clicks/s", rate, clicks);
        results.put("no-op pipeline", run(workplace, "noop", out));
      }
      tell(out, "fraud scoring: %,d orders/s and %,d clicks/s", rate, clicks);
      var fraud = run(workplace, "fraud", out);
      results.put("fraud scoring", fraud);
      print(out, results, fraud);
      var figures = figures(fraud);
      if (!noFloor) {
        var floor = results.get("no-op pipeline");
        figures.put("floor_p50_ms", floor.p50Ms(), 1).put("floor_p99_ms", floor.p99Ms(), 1);
      }
      last.tell(out, figures);
      return fraud.lost() + fraud.twice() == 0 ? 0 : 1;
    }
  }

  private Result run(Workplace workplace, String name, PrintWriter out) {
    try (var round = Round.start(workplace, name, partitions)) {
      var process =
          name.equals("noop")
              ? round.startInstead(NoopMain.class, jvm, others())
              : round.startStreamsApp(jvm, fraudAndOthers());
      var orders = (long) rate * (warmUp + SETTLE_SECONDS + seconds);
      try (var load =
              new OrderLoad(
                  round.bootstrapServers(), round.registryUrl(), SEED, rate, clicks, orders);
          var watch = new ScoreWatch(round.bootstrapServers(), round.registryUrl())) {
        awaitFirstScore(process, load, watch);
        tell(out, "  warming up for %d s", warmUp);
        load.run((long) rate * warmUp, watch, new HashMap<>());
        // What piled up while everything was being compiled is no part of the measurement.
        load.flush();
        awaitAll(process, load, watch);
        load.run((long) rate * SETTLE_SECONDS, watch, new HashMap<>());
        tell(out, "  measuring for %d s", seconds);
        watch.measure();
        var truth = new HashMap<String, FraudKind>();
        load.run((long) rate * seconds, watch, truth);
        load.flush();
        awaitAll(process, load, watch);
        var lost = load.truth().size() - watch.decisions().size();
        return new Result(
            watch.millis(50),
            watch.millis(99),
            watch.millis(99.9),
            watch.measured(),
            watch.secondsAbove(SLOW_MS),
            lost,
            watch.twice(),
            truth,
            watch.decisions());
      } finally {
        round.stop(process);
      }
    }
  }

  private List<String> others() {
    return beside.stream().filter(name -> !name.equals("none")).toList();
  }

  private List<String> fraudAndOthers() {
    return Stream.concat(
            Stream.of(FraudScoringTopology.APPLICATION_ID, FraudLearningTopology.APPLICATION_ID),
            others().stream())
        .toList();
  }

  private static void awaitFirstScore(ChildProcess process, OrderLoad load, ScoreWatch watch) {
    var deadline = System.nanoTime() + LONGEST_START.toNanos();
    load.run(1, watch, new HashMap<>());
    while (watch.decisions().isEmpty()) {
      process.requireAlive();
      if (System.nanoTime() > deadline) {
        throw process.failure("has scored nothing for " + LONGEST_START.toSeconds() + " s");
      }
      pause();
    }
  }

  private static void awaitAll(ChildProcess process, OrderLoad load, ScoreWatch watch) {
    var deadline = System.nanoTime() + LONGEST_DRAIN.toNanos();
    while (watch.decisions().size() < load.truth().size() && System.nanoTime() < deadline) {
      process.requireAlive();
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting", e);
    }
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  /** How many orders of a kind there were, and what became of them. */
  private static final class Found {
    int orders;
    int reviewed;
    int declined;

    double share() {
      return orders == 0 ? Double.NaN : (double) (reviewed + declined) / orders;
    }
  }

  private static Map<FraudKind, Found> found(Result result) {
    var found = new EnumMap<FraudKind, Found>(FraudKind.class);
    for (var kind : FraudKind.values()) {
      found.put(kind, new Found());
    }
    result
        .truth()
        .forEach(
            (order, kind) -> {
              var one = found.get(kind);
              var decision = result.decisions().get(order);
              if (decision != null) {
                one.orders++;
                one.declined += decision == FraudDecision.DECLINE ? 1 : 0;
                one.reviewed += decision == FraudDecision.REVIEW ? 1 : 0;
              }
            });
    return found;
  }

  private static void print(PrintWriter out, Map<String, Result> results, Result fraud) {
    tell(out, "");
    tell(out, "order to score, ms        p50     p99   p99.9   orders  lost  twice");
    for (var row : results.entrySet()) {
      var one = row.getValue();
      tell(
          out,
          "%-18s %10.1f %7.1f %7.1f %8d %5d %6d",
          row.getKey(),
          one.p50Ms(),
          one.p99Ms(),
          one.p999Ms(),
          one.measured(),
          one.lost(),
          one.twice());
    }
    results.forEach((name, one) -> tellSlowSeconds(out, name, one.slowSeconds()));
    tell(out, "");
    tell(out, "kind                orders  declined  reviewed  not approved");
    found(fraud)
        .forEach(
            (kind, one) ->
                tell(
                    out,
                    "%-18s %7d %9d %9d %12.1f%%  %s",
                    kind.name().toLowerCase(Locale.ROOT),
                    one.orders,
                    one.declined,
                    one.reviewed,
                    100 * one.share(),
                    kind.isFraud() ? "fraud: recall" : "honest: false positives"));
    tell(out, "");
  }

  private static void tellSlowSeconds(
      PrintWriter out, String name, SortedMap<Long, Double> slowSeconds) {
    var times =
        slowSeconds.entrySet().stream()
            .map(
                second ->
                    "%tT %.0f"
                        .formatted(
                            Instant.ofEpochSecond(second.getKey()).atOffset(ZoneOffset.UTC),
                            second.getValue()))
            .collect(Collectors.joining(", "));
    tell(
        out,
        "%s: %d seconds with an order above %d ms%s",
        name,
        slowSeconds.size(),
        SLOW_MS,
        times.isEmpty() ? "" : "; UTC, worst in ms: " + times);
  }

  private Figures figures(Result fraud) {
    var found = found(fraud);
    var figures =
        new Figures()
            .put("fraud_p50_ms", fraud.p50Ms(), 1)
            .put("fraud_p99_ms", fraud.p99Ms(), 1)
            .put("fraud_p999_ms", fraud.p999Ms(), 1)
            .put("orders_per_second", rate)
            .put("clicks_per_second", (long) clicks / rate * rate)
            .put("lost", fraud.lost())
            .put("scored_twice", fraud.twice());
    found.forEach(
        (kind, one) ->
            figures.put(
                kind.name().toLowerCase(Locale.ROOT)
                    + (kind.isFraud() ? "_recall" : "_false_positive_rate"),
                one.share(),
                4));
    return figures;
  }
}
