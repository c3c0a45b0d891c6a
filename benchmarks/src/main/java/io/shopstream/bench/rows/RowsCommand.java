package io.shopstream.bench.rows;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.local.process.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a read of a row takes while clicks flow. */
@Command(
    name = "rows",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How long reading a neighbour row takes while clicks flow and commits happen.",
      "",
      "Publishes synthetic clicks at a constant rate through user-profiles and item-co-occurrence, and reads rows in"
          + " the same process by interactive queries, one every half millisecond. Latency counts from the time a read"
          + " was due. The same again with Kafka Streams' own caching store in place of the row store.",
      ""
    },
    footer = {"", "Example:", "  ./shopstream bench rows --rate 10000 --seconds 30"})
public final class RowsCommand implements Callable<Integer> {

  private static final long SEED = 1;
  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final int SLACK_SECONDS = 60;
  private static final long POLL_MS = 50;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Clicks a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "Seconds to read (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Seconds in which clicks flow and nothing is measured yet (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Mixin private FiguresOption last;

  private record Run(RowReadings readings, double clicksPerSecond) {}

  @Override
  public Integer call() throws IOException {
    requirePositive("--rate", rate);
    requirePositive("--seconds", seconds);
    requirePositive("--warm-up", warmUp);
    requirePositive("--partitions", partitions);
    var out = spec.commandLine().getOut();
    var runs = new EnumMap<RowTable, Run>(RowTable.class);
    try (var workplace = Workplace.open()) {
      for (var table : RowTable.values()) {
        tell(out, "%s: %,d clicks/s", table.description(), rate);
        runs.put(table, run(workplace, table, out));
      }
    }
    printTable(out, runs);
    var figures = figures(runs);
    last.tell(out, figures);
    return 0;
  }

  private void requirePositive(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " should be 1 or more, not " + value);
    }
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  private Run run(Workplace workplace, RowTable table, PrintWriter out) throws IOException {
    try (var round = Round.start(workplace, table.name(), partitions)) {
      var folder = round.file("handshake");
      Files.createDirectories(folder);
      var reading =
          round.startInstead(
              RowsMain.class,
              List.of(),
              List.of(table.name(), Integer.toString(seconds), folder.toString()));
      await(reading, LONGEST_START, () -> Files.exists(folder.resolve(RowsMain.READY)));
      var load = round.startLoad((long) rate * (warmUp + seconds + SLACK_SECONDS), SEED, rate);
      pause(Duration.ofSeconds(warmUp).toMillis());
      tell(out, "%s: reading for %d s", table.description(), seconds);
      var processedBefore = round.clicksProcessed();
      var begin = System.nanoTime();
      Files.createFile(folder.resolve(RowsMain.BEGIN));
      await(
          reading,
          Duration.ofSeconds(seconds + SLACK_SECONDS),
          () -> Files.exists(folder.resolve(RowsMain.RESULT)));
      var clicksPerSecond =
          (round.clicksProcessed() - processedBefore) / ((System.nanoTime() - begin) / 1e9);
      var readings = RowReadings.read(folder.resolve(RowsMain.RESULT));
      round.stop(load);
      round.stop(reading);
      return new Run(readings, clicksPerSecond);
    }
  }

  private static void await(ChildProcess process, Duration timeout, BooleanSupplier condition) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      process.requireAlive();
      if (System.nanoTime() > deadline) {
        throw process.failure("said nothing for " + timeout.toSeconds() + " s");
      }
      pause(POLL_MS);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting", e);
    }
  }

  private static void printTable(PrintWriter out, Map<RowTable, Run> runs) {
    out.println();
    out.println(
        "                           latency of a read, ms                        of the read alone, ms        commits");
    out.println(
        "                             p50      p99    p99.9    worst  in commit     p50      p99    p99.9    number  longest ms  clicks/s");
    runs.forEach(
        (table, run) -> {
          var one = run.readings();
          out.printf(
              Locale.ROOT,
              "%-24s %8.3f %8.3f %8.3f %8.1f %10.1f %8.4f %8.4f %8.3f %8d %11.0f %,9.0f%n",
              table.description(),
              one.p50Ms(),
              one.p99Ms(),
              one.p999Ms(),
              one.worstMs(),
              one.worstInCommitMs(),
              one.serviceP50Ms(),
              one.serviceP99Ms(),
              one.serviceP999Ms(),
              one.commits(),
              one.longestCommitMs(),
              run.clicksPerSecond());
        });
    out.println();
  }

  private Figures figures(Map<RowTable, Run> runs) {
    var figures = new Figures();
    var run = runs.get(RowTable.ROW_STORE);
    put(figures, "", run.readings());
    figures
        .put("service_p50_ms", run.readings().serviceP50Ms(), 4)
        .put("service_p999_ms", run.readings().serviceP999Ms(), 3)
        .put("reads", run.readings().reads())
        .put("empty_fraction", run.readings().emptyFraction(), 3)
        .put("clicks_per_second", run.clicksPerSecond(), 0);
    var cache = runs.get(RowTable.BUILT_IN_CACHE);
    put(figures, "cache_", cache.readings());
    return figures.put("cache_clicks_per_second", cache.clicksPerSecond(), 0);
  }

  private static void put(Figures figures, String prefix, RowReadings one) {
    figures
        .put(prefix + "p50_ms", one.p50Ms(), 3)
        .put(prefix + "p99_ms", one.p99Ms(), 3)
        .put(prefix + "p999_ms", one.p999Ms(), 3)
        .put(prefix + "worst_ms", one.worstMs(), 1)
        .put(prefix + "worst_in_commit_ms", one.worstInCommitMs(), 1);
  }
}
