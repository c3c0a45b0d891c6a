package io.shopstream.bench.chaos;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.local.stack.StackSize;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Breaks things while the shop is open, and counts afterwards. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Breaks things while events flow and questions are asked, then counts every event again.",
      "",
      "Starts three brokers, a registry, three streams-app and two query-service of its own. In"
          + " each scenario visitors click and order, some through the collector; something is"
          + " broken; everything is put right; and when all is quiet, each count of items, pairs,"
          + " profiles, scores and dead letters is compared with one made anew from the topics by a"
          + " program that shares nothing with the topologies.",
      "",
      "lost, twice    what is missing or too much, all counts together, and acknowledged events not"
          + " in a topic",
      "failed         questions without a 2xx answer within one second, with an answer that is"
          + " wrong and not marked as stale, or without something that is known. They go through a"
          + " balancer that asks another instance when one refuses or drops the connection or does"
          + " not answer within 400 ms",
      "stale          answers marked as stale",
      "pause          the longest that an acknowledged click waited for the commit that counts it",
      "recovery       the longest from a fault until clicks wait no longer than 1.5 s again",
      "",
      "Exit code 0 when nothing was lost, counted twice or failed, else 1.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream chaos --list",
      "  ./shopstream chaos kill-streams-app pause-broker --seed 7",
      "  ./shopstream chaos --all --seed 1"
    })
public final class ChaosCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "What to break; see --list.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--all", description = "Every scenario, one after the other.")
  private boolean all;

  @Option(names = "--list", description = "Print the scenarios and end.")
  private boolean list;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides what is broken when, and who clicks what (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "60",
      description = "Events a second (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "25",
      description = "Questions a second (default: ${DEFAULT-VALUE}).")
  private int queries;

  @Option(
      names = "--garbage",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Records of the scenario garbage (default: ${DEFAULT-VALUE}).")
  private long garbage;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "3",
      description = "Instances of streams-app, 2 to 4 (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Brokers, 1 or 3; with one there is nothing that a broker could fail over to, and its"
              + " scenarios show how long that takes (default: ${DEFAULT-VALUE}).")
  private int brokers;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    if (list) {
      for (var one : Scenario.values()) {
        out.printf("%-22s %s%n", one.label(), one.what());
      }
      return 0;
    }
    var scenarios = scenarios();
    if (streams < 2 || streams > 4 || events < 1 || queries < 1 || garbage < 0) {
      throw new ParameterException(
          spec.commandLine(), "--streams should be 2 to 4, the other numbers 1 or more");
    }
    var size = size();
    try (var workplace = Workplace.open();
        var cluster = new Cluster(workplace, size, true, Map.of())) {
      tell(out, "Starting %d brokers, %d streams-app, 2 query-service", brokers, streams);
      cluster.start();
      try (var trial = new Trial(cluster, seed, events, queries, text -> tell(out, "  %s", text))) {
        trial.begin();
        return run(scenarios, trial, cluster, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private StackSize size() {
    try {
      return new StackSize(streams, 2, brokers);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<Scenario> scenarios() {
    if (all == !names.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Name scenarios, or all of them by --all; --list tells which");
    }
    try {
      return all ? Arrays.asList(Scenario.values()) : names.stream().map(Scenario::of).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int run(List<Scenario> scenarios, Trial trial, Cluster cluster, PrintWriter out)
      throws InterruptedException {
    var results = new ArrayList<Trial.Result>();
    for (var scenario : scenarios) {
      tell(out, "%s: %s", scenario.label(), scenario.what());
      // Of its own, so that a scenario does the same alone as among others.
      var random = new Random(seed * 31 + scenario.label().hashCode());
      var result =
          trial.run(
              scenario.label(),
              (load, progress, told) ->
                  scenario.run(new Stage(cluster, load, progress, random, garbage, told)));
      results.add(result);
      result.examples().forEach(example -> tell(out, "  ! %s", example));
    }
    out.println();
    out.printf(
        "%-22s %8s %6s %6s %8s %7s %6s %8s %9s %8s%n",
        "scenario",
        "events",
        "lost",
        "twice",
        "queries",
        "failed",
        "stale",
        "slowest",
        "pause",
        "recovery");
    results.forEach(one -> print(out, one));
    out.println();
    var figures = figures(results);
    last.tell(out, figures);
    return results.stream().allMatch(Trial.Result::isGood) ? 0 : 1;
  }

  private static void print(PrintWriter out, Trial.Result one) {
    out.printf(
        Locale.ROOT,
        "%-22s %8d %6d %6d %8d %7d %6d %5d ms %7.1f s %6.1f s%n",
        one.name(),
        one.events(),
        one.lost(),
        one.twice(),
        one.queries().sent(),
        one.queries().failed(),
        one.queries().stale(),
        one.queries().slowestMs(),
        one.pauseSeconds(),
        one.recoverySeconds());
  }

  private static Figures figures(List<Trial.Result> results) {
    return new Figures()
        .put("scenarios", results.size())
        .put("lost", results.stream().mapToLong(Trial.Result::lost).sum())
        .put("counted_twice", results.stream().mapToLong(Trial.Result::twice).sum())
        .put("failed_queries", results.stream().mapToLong(one -> one.queries().failed()).sum())
        .put(
            "longest_pause_seconds",
            results.stream().mapToDouble(Trial.Result::pauseSeconds).max().orElse(0),
            1)
        .put("events", results.stream().mapToLong(Trial.Result::events).sum())
        .put("queries", results.stream().mapToLong(one -> one.queries().sent()).sum())
        .put("stale_answers", results.stream().mapToLong(one -> one.queries().stale()).sum());
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(
        Locale.ROOT,
        "%tT %s%n",
        LocalTime.now(ZoneId.systemDefault()),
        String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
