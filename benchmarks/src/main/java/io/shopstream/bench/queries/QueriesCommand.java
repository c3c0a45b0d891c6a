package io.shopstream.bench.queries;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.FlameGraphs;
import io.shopstream.bench.backbone.ProcessCost;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.load.synthetic.SyntheticShop;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast recommendations are answered while clicks flow. */
@Command(
    name = "queries",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How long an answer with recommendations takes over HTTP, while clicks flow.",
      "",
      "Publishes a history of synthetic clicks, starts the whole stack, and then asks for the recommendations of visitors"
          + " of that history at a constant rate, whether answers come or not. Latency counts from the time a question"
          + " was due, so that a pause is charged to every question that fell into it; what is not answered within 2 s"
          + " counts as an error. The client runs on the same processors; what each process used is told.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream bench queries                               2,000 questions and 2,000 clicks a second",
      "  ./shopstream bench queries --events 0 --rate 8000        without clicks",
      "  ./shopstream bench queries --search --seconds 10         raise the rate until p99 passes 10 ms",
      "  ./shopstream bench queries --flame-graphs .              where the time of both services goes"
    })
public final class QueriesCommand implements Callable<Integer> {

  private static final long SEED = 1;
  private static final int SLACK_SECONDS = 60;
  private static final double STEP = 1.25;
  private static final int MOST_STEPS = 20;

  /** A step that fails is tried again: a machine may have other things to do for a moment. */
  private static final int TRIES = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "Questions a second; with --search, those of the first step (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Clicks a second that flow beside, 0 for none (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "Seconds to measure; with --search, of each step (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "Seconds in which all this happens and nothing is measured yet (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "150000",
      description =
          "Clicks that the state holds before the first question (default: ${DEFAULT-VALUE}).")
  private long history;

  @Option(
      names = "--known",
      paramLabel = "PERCENT",
      defaultValue = "95",
      description =
          "Of a hundred questions, how many are for visitors that clicked; the others are for new ones (default:"
              + " ${DEFAULT-VALUE}).")
  private int known;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Connections of the client; a question waits when none is free, and its time runs (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--search",
      description =
          "Raise the rate by a quarter, step by step, until the p99 passes the limit, and tell the last rate within it.")
  private boolean search;

  @Option(
      names = "--limit-ms",
      paramLabel = "MS",
      defaultValue = "10",
      description = "Limit of the p99 for --search, in milliseconds (default: ${DEFAULT-VALUE}).")
  private double limitMs;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Mixin private FlameGraphs flameGraphs;

  @Mixin private FiguresOption last;

  /** One step, and what it cost. */
  private record Step(
      Reading reading, double seconds, double eventsPerSecond, Map<String, ProcessCost> costs) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    requirePositive("--rate", rate);
    requirePositive("--seconds", seconds);
    requirePositive("--warm-up", warmUp);
    requirePositive("--history", history);
    requirePositive("--connections", connections);
    requirePositive("--partitions", partitions);
    if (events < 0) {
      throw new ParameterException(
          spec.commandLine(), "--events should be 0 or more, not " + events);
    }
    if (known < 0 || known > 100) {
      throw new ParameterException(spec.commandLine(), "--known should be 0 to 100, not " + known);
    }
    if (!(limitMs > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--limit-ms should be above 0, not " + limitMs);
    }
    var out = spec.commandLine().getOut();
    var longest = search ? (long) seconds * MOST_STEPS * TRIES : seconds;
    var shop = SyntheticShop.of(history + (long) events * (warmUp + longest + SLACK_SECONDS), SEED);
    try (var workplace = Workplace.open();
        var round = Round.start(workplace, "queries", partitions);
        var filled =
            new FilledShop(
                round, shop, history, flameGraphs::jvmOptions, line -> tell(out, "%s", line))) {
      try (var client = filled.connect(connections, known)) {
        if (events > 0) {
          filled.startEvents(events);
        }
        tell(
            out,
            "%,d questions/s and %,d clicks/s; measuring %s after %d s",
            rate,
            events,
            search ? "steps of %d s".formatted(seconds) : "for %d s".formatted(seconds),
            warmUp);
        client.warmUp(rate, Duration.ofSeconds(warmUp));
        printHead(out);
        var figures =
            search ? search(out, round, filled, client) : once(out, round, filled, client);
        out.println();
        last.tell(out, figures);
      }
    }
    return 0;
  }

  private void requirePositive(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " should be 1 or more, not " + value);
    }
  }

  private Figures once(PrintWriter out, Round round, FilledShop filled, OpenLoop client)
      throws InterruptedException {
    var step = step(round, filled, client, rate);
    printStep(out, step);
    printCosts(out, step);
    return figures(step);
  }

  private Figures search(PrintWriter out, Round round, FilledShop filled, OpenLoop client)
      throws InterruptedException {
    Step best = null;
    var next = rate;
    var beyond = 0;
    for (var number = 0; number < MOST_STEPS && beyond == 0; number++) {
      Step step = null;
      for (var attempt = 0; attempt < TRIES; attempt++) {
        step = step(round, filled, client, next);
        printStep(out, step);
        if (step.reading().isWithin(limitMs)) {
          break;
        }
      }
      if (step.reading().isWithin(limitMs)) {
        best = step;
        next = (int) Math.ceil(next * STEP);
      } else {
        beyond = next;
        printCosts(out, step);
      }
    }
    if (best == null) {
      tell(
          out,
          "%nAt %,d questions/s the p99 is beyond %.1f ms already: begin with a lower --rate.",
          rate,
          limitMs);
      return new Figures().put("limit_ms", limitMs, 1).put("beyond_limit_per_second", beyond);
    }
    tell(
        out,
        "%nWith a p99 of at most %.1f ms: %,d questions/s%s",
        limitMs,
        best.reading().rate(),
        beyond == 0 ? ", and more was not tried" : "; not %,d".formatted(beyond));
    var figures =
        new Figures()
            .put("limit_ms", limitMs, 1)
            .put("within_limit_per_second", best.reading().rate());
    if (beyond > 0) {
      figures.put("beyond_limit_per_second", beyond);
    }
    return putStep(figures, best);
  }

  private Step step(Round round, FilledShop filled, OpenLoop client, int rate)
      throws InterruptedException {
    var processedBefore = events > 0 ? round.clicksProcessed() : 0;
    var before = filled.costs();
    var begin = System.nanoTime();
    var reading = client.run(rate, Duration.ofSeconds(seconds));
    var elapsed = (System.nanoTime() - begin) / 1e9;
    var costs = filled.costs();
    costs.replaceAll((name, cost) -> cost.since(before.get(name)));
    var processed = events > 0 ? round.clicksProcessed() - processedBefore : 0;
    return new Step(reading, elapsed, processed / elapsed, costs);
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  private static void printHead(PrintWriter out) {
    tell(out, "");
    tell(
        out,
        "                    from when it was due to the answer, ms        client late                    in vain");
    tell(
        out,
        "questions/s       p50      p90      p99    p99.9    worst      p99   answers   refused   empty  late  broken  clicks/s");
  }

  private static void printStep(PrintWriter out, Step step) {
    var one = step.reading();
    tell(
        out,
        "%,11d  %8.2f %8.2f %8.2f %8.2f %8.1f %8.2f %,9d %9d %7d %5d %7d %,9.0f",
        one.rate(),
        one.millis(50),
        one.millis(90),
        one.millis(99),
        one.millis(99.9),
        one.worstMillis(),
        one.lateMillis(99),
        one.answered(),
        one.refused(),
        one.empty(),
        one.timedOut(),
        one.broken(),
        step.eventsPerSecond());
  }

  private static double percent(Step step, ProcessCost cost) {
    return 100 * cost.cpuSeconds() / step.seconds();
  }

  private static void printCosts(PrintWriter out, Step step) {
    tell(
        out,
        "%nprocessor time, %% of one core: %s; the machine has %d",
        step.costs().entrySet().stream()
            .map(
                one ->
                    String.format(
                        Locale.ROOT, "%s %.0f", one.getKey(), percent(step, one.getValue())))
            .collect(Collectors.joining(", ")),
        Runtime.getRuntime().availableProcessors());
  }

  private Figures figures(Step step) {
    return putStep(new Figures(), step);
  }

  private Figures putStep(Figures figures, Step step) {
    var one = step.reading();
    figures
        .put("p50_ms", one.millis(50), 2)
        .put("p90_ms", one.millis(90), 2)
        .put("p99_ms", one.millis(99), 2)
        .put("p999_ms", one.millis(99.9), 2)
        .put("worst_ms", one.worstMillis(), 1)
        .put("client_late_p99_ms", one.lateMillis(99), 2)
        .put("questions_per_second", one.rate())
        .put("answers", one.answered())
        .put("errors", one.errors())
        .put("refused", one.refused())
        .put("empty", one.empty())
        .put("timed_out", one.timedOut())
        .put("broken", one.broken())
        .put("events_per_second", step.eventsPerSecond(), 0);
    step.costs()
        .forEach(
            (name, cost) ->
                figures.put(
                    name.replace("this ", "").replace('-', '_') + "_cpu_percent",
                    percent(step, cost),
                    0));
    return figures;
  }
}
