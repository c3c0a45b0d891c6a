package io.shopstream.bench.throughput;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.FlameGraphs;
import io.shopstream.bench.backbone.Workplace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many clicks a second go through the real topologies, beside others. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How many clicks a second go through user-profiles and item-co-occurrence, exactly once.",
      "",
      "Publishes clicks (synthetic: 300,000 users, 100,000 items, Zipf 0.9; or those of a real shop) into a new broker, then starts streams-app"
          + " with these two applications and takes the time until both have committed everything. The same is done, each with a"
          + " broker of its own, with the plain DSL topology that most people would write (naive), with two applications"
          + " that send a record a pair message and use Kafka Streams' own cache (prototype), and with a consumer that"
          + " only decodes the clicks (limit). All have the same threads, partitions, memory and JVM options.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream bench throughput                            a first look, some minutes",
      "  ./shopstream bench throughput --clicks 1000000 --naive-clicks 1000000 --repeat 3",
      "  ./shopstream bench throughput --dataset online-retail --clicks 2000000",
      "  ./shopstream bench throughput --only real --jfr .        a flight recording of streams-app",
      "  ./shopstream bench throughput --clicks 4000000 --only real --flame-graphs .   where its time goes"
    })
public final class ThroughputCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      defaultValue = "300000",
      description = "Clicks to drain (default: ${DEFAULT-VALUE}).")
  private long clicks;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      defaultValue = "synthetic",
      description =
          "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). The clicks of the real shop come again, later, until"
              + " there are enough.")
  private ClickSource source;

  @Option(
      names = "--naive-clicks",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "Clicks to drain through the plain topology, at most --clicks (default: ${DEFAULT-VALUE}; it slows down as"
              + " its state grows, so fewer clicks are to its advantage).")
  private long naiveClicks;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Rounds; in each one all take their turn, and the median is told (default: ${DEFAULT-VALUE}).")
  private int repeat;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Run only these of ${COMPLETION-CANDIDATES}.")
  private Set<Contender> only = EnumSet.allOf(Contender.class);

  @Option(
      names = "--jfr",
      paramLabel = "DIR",
      description = "Record each contender's JVM with Java Flight Recorder into this folder.")
  private Path recordings;

  @Mixin private FlameGraphs flameGraphs;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() throws IOException {
    requirePositive("--clicks", clicks);
    requirePositive("--naive-clicks", naiveClicks);
    requirePositive("--partitions", partitions);
    requirePositive("--repeat", repeat);
    var out = spec.commandLine().getOut();
    var all = new EnumMap<Contender, List<Measurement>>(Contender.class);
    var pairUpdates = PairCount.of(source.clicks(clicks));
    var naivePairUpdates = PairCount.of(source.clicks(naiveClicks()));
    try (var workplace = Workplace.open()) {
      var drain =
          new Drain(
              workplace,
              partitions,
              source,
              line -> {
                out.println(line);
                out.flush();
              });
      for (var round = 1; round <= repeat; round++) {
        for (var contender : only) {
          var isNaive = contender == Contender.NAIVE;
          all.computeIfAbsent(contender, one -> new ArrayList<>())
              .add(
                  drain.run(
                      contender,
                      contender + "-" + round,
                      isNaive ? naiveClicks() : clicks,
                      isNaive ? naivePairUpdates : pairUpdates,
                      jvmOptions(contender, round)));
        }
      }
    }
    var medians = new EnumMap<Contender, Measurement>(Contender.class);
    all.forEach((contender, measurements) -> medians.put(contender, median(measurements)));
    printTable(out, medians);
    var figures = figures(medians);
    last.tell(out, figures);
    return 0;
  }

  private void requirePositive(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " should be 1 or more, not " + value);
    }
  }

  private long naiveClicks() {
    return Math.min(clicks, naiveClicks);
  }

  private List<String> jvmOptions(Contender contender, int round) {
    var graph = flameGraphs.jvmOptions(contender + "-" + round);
    if (recordings == null) {
      return graph;
    }
    var file = recordings.toAbsolutePath().resolve(contender + "-" + round + ".jfr");
    var options = new ArrayList<>(graph);
    options.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file);
    options.add("-XX:FlightRecorderOptions=stackdepth=128");
    return options;
  }

  private static Measurement median(List<Measurement> measurements) {
    var sorted =
        measurements.stream().sorted(Comparator.comparing(Measurement::clicksPerSecond)).toList();
    return sorted.get((sorted.size() - 1) / 2);
  }

  private static void printTable(PrintWriter out, Map<Contender, Measurement> medians) {
    out.println();
    out.println(
        "                                                          pair     CPU s a million clicks   bytes a click");
    out.println(
        "                                   clicks  clicks/s  updates/s     application  broker   log  written by application, broker");
    medians.forEach(
        (contender, one) ->
            out.printf(
                Locale.ROOT,
                "%-46s %,9d %,9.0f %,10.0f %11.1f %7.1f %9.0f %9.0f %9.0f%n",
                contender.description(),
                one.clicks(),
                one.clicksPerSecond(),
                contender == Contender.LIMIT ? 0 : one.pairUpdatesPerSecond(),
                one.applicationCpu(),
                one.brokerCpu(),
                one.logBytesPerClick(),
                one.applicationBytesPerClick(),
                one.brokerBytesPerClick()));
    out.println();
  }

  private Figures figures(Map<Contender, Measurement> medians) {
    var figures = new Figures();
    var real = medians.get(Contender.REAL);
    if (real != null) {
      figures
          .put("clicks_per_second", real.clicksPerSecond(), 0)
          .put("pair_updates_per_second", real.pairUpdatesPerSecond(), 0);
    }
    putRate(figures, "naive", medians.get(Contender.NAIVE));
    putRate(figures, "prototype", medians.get(Contender.PROTOTYPE));
    putRate(figures, "limit", medians.get(Contender.LIMIT));
    if (real != null) {
      putRatio(figures, "ratio_to_naive", real, medians.get(Contender.NAIVE));
      putRatio(figures, "ratio_to_prototype", real, medians.get(Contender.PROTOTYPE));
      figures
          .put("cpu_seconds_per_million_clicks", real.applicationCpu() + real.brokerCpu(), 1)
          .put("application_cpu_seconds_per_million_clicks", real.applicationCpu(), 1)
          .put("broker_cpu_seconds_per_million_clicks", real.brokerCpu(), 1)
          .put("broker_log_bytes_per_click", real.logBytesPerClick(), 0)
          .put("application_written_bytes_per_click", real.applicationBytesPerClick(), 0)
          .put("broker_written_bytes_per_click", real.brokerBytesPerClick(), 0);
    }
    if (medians.containsKey(Contender.NAIVE)) {
      figures.put("naive_clicks", naiveClicks());
    }
    return figures.put("clicks", clicks).put("partitions", partitions).put("rounds", repeat);
  }

  private static void putRate(Figures figures, String name, Measurement measurement) {
    if (measurement != null) {
      figures.put(name + "_clicks_per_second", measurement.clicksPerSecond(), 0);
    }
  }

  private static void putRatio(Figures figures, String key, Measurement real, Measurement other) {
    if (other != null) {
      figures.put(key, real.clicksPerSecond() / other.clicksPerSecond(), 1);
    }
  }
}
