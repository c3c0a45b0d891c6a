package io.shopstream.bench.freshness;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.Workplace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How soon a click is seen in answers while others flow. */
@Command(
    name = "freshness",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How soon a click is seen in answers, over HTTP, while other clicks flow.",
      "",
      "Starts the whole stack and publishes synthetic clicks at a constant rate. Beside them two visitors click through"
          + " the query service, again and again: a new visitor views an item and asks for recommendations until they"
          + " show what goes with it (own click); a new visitor views two items that nobody saw together, and"
          + " somebody asks what goes with the first until it is the second (neighbours). Both times count from the"
          + " acknowledgement of the last click to the answer that shows it.",
      ""
    },
    footer = {"", "Example:", "  ./shopstream bench freshness --events 2000 --seconds 60"})
public final class FreshnessCommand implements Callable<Integer> {

  private static final long SEED = 1;
  private static final int SLACK_SECONDS = 90;
  private static final int KNOWN_PAIRS = 50;
  private static final int VISITORS_OF_A_PAIR = 3;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final double NANOS_A_MS = 1e6;

  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Clicks a second that flow beside (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "Seconds to measure (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Seconds in which all this happens and nothing is measured yet (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() {
    requirePositive("--events", events);
    requirePositive("--seconds", seconds);
    requirePositive("--warm-up", warmUp);
    requirePositive("--partitions", partitions);
    var out = spec.commandLine().getOut();
    try (var workplace = Workplace.open();
        var round = Round.start(workplace, "freshness", partitions)) {
      tell(out, "Starting the applications");
      round.startApplications();
      var shop = new Shop(round.queryUrl());
      showKnownPairs(shop);
      tell(out, "%,d clicks/s; measuring for %d s after %d s", events, seconds, warmUp);
      round.startLoad((long) events * (warmUp + seconds + SLACK_SECONDS), SEED, events);
      var own = new Probe(number -> ownClick(shop, number));
      var neighbours = new Probe(number -> newNeighbours(new Shop(round.queryUrl()), number));
      var clicksPerSecond = measure(round, List.of(own, neighbours));
      print(out, own.latency(), neighbours.latency());
      var figures = figures(own.latency(), neighbours.latency(), clicksPerSecond);
      last.tell(out, figures);
    }
    return 0;
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " should be 1 or more, not " + value);
    }
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  /** Pairs of items that visitors have seen together before the measurement. */
  private static void showKnownPairs(Shop shop) {
    for (var pair = 0; pair < KNOWN_PAIRS; pair++) {
      for (var visitor = 0; visitor < VISITORS_OF_A_PAIR; visitor++) {
        var id = "known-%d-%d".formatted(pair, visitor);
        shop.view(id, "known-first-" + pair);
        shop.view(id, "known-second-" + pair);
      }
    }
    var deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    for (var pair = 0; pair < KNOWN_PAIRS; pair++) {
      while (!shop.similar("known-first-" + pair).contains("known-second-" + pair)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Items seen together are not shown together after %d s"
                  .formatted(LONGEST_WAIT.toSeconds()));
        }
      }
    }
  }

  private static BooleanSupplier ownClick(Shop shop, int number) {
    var visitor = "own-" + number;
    var pair = number % KNOWN_PAIRS;
    shop.view(visitor, "known-first-" + pair);
    return () -> shop.recommendations(visitor).contains("known-second-" + pair);
  }

  private static BooleanSupplier newNeighbours(Shop shop, int number) {
    var visitor = "other-" + number;
    shop.view(visitor, "new-first-" + number);
    shop.view(visitor, "new-second-" + number);
    return () -> shop.similar("new-first-" + number).contains("new-second-" + number);
  }

  /** Runs the probes, and returns how many clicks a second were processed meanwhile. */
  private double measure(Round round, List<Probe> probes) {
    var threads = Executors.newFixedThreadPool(probes.size());
    try {
      var running = probes.stream().map(threads::submit).toList();
      TimeUnit.SECONDS.sleep(warmUp);
      var before = round.clicksProcessed();
      var begin = System.nanoTime();
      probes.forEach(Probe::beginRecording);
      TimeUnit.SECONDS.sleep(seconds);
      var after = round.clicksProcessed();
      var elapsed = (System.nanoTime() - begin) / 1e9;
      probes.forEach(Probe::end);
      for (var one : running) {
        one.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
      }
      return (after - before) / elapsed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while measuring", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("A probe failed: " + e.getMessage(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void print(PrintWriter out, Histogram own, Histogram neighbours) {
    out.println();
    out.println("from acknowledgement to answer, ms     p50      p90      p99    worst  probes");
    printLine(out, "own click", own);
    printLine(out, "others' neighbours", neighbours);
    out.println();
  }

  private static void printLine(PrintWriter out, String name, Histogram one) {
    out.printf(
        Locale.ROOT,
        "%-34s %8.1f %8.1f %8.1f %8.1f %7d%n",
        name,
        one.getValueAtPercentile(50) / NANOS_A_MS,
        one.getValueAtPercentile(90) / NANOS_A_MS,
        one.getValueAtPercentile(99) / NANOS_A_MS,
        one.getMaxValue() / NANOS_A_MS,
        one.getTotalCount());
  }

  private static Figures figures(Histogram own, Histogram neighbours, double clicksPerSecond) {
    return new Figures()
        .put("own_click_p50_ms", own.getValueAtPercentile(50) / NANOS_A_MS, 1)
        .put("own_click_p99_ms", own.getValueAtPercentile(99) / NANOS_A_MS, 1)
        .put("neighbours_p50_ms", neighbours.getValueAtPercentile(50) / NANOS_A_MS, 1)
        .put("neighbours_p99_ms", neighbours.getValueAtPercentile(99) / NANOS_A_MS, 1)
        .put("own_click_probes", own.getTotalCount())
        .put("neighbours_probes", neighbours.getTotalCount())
        .put("events_per_second", clicksPerSecond, 0);
  }
}
