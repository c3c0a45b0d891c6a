package io.shopstream.bench.micro;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times the hottest methods alone. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What one call of the hottest methods costs: nanoseconds and bytes allocated.",
      "",
      "Row update, visit update, scorer and blend of recommendations, codecs of events and rows, features and score of"
          + " fraud; each in a JVM of its own (JMH), with the collector that it runs with in production, on what clicks"
          + " and orders of a synthetic shop lead to. No broker, no network, no disk.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream bench micro",
      "  ./shopstream bench micro 'rowUpdate|scorer' --forks 3 --iterations 5"
    })
public final class MicroCommand implements Callable<Integer> {

  private static final String LOGGING =
      "-Dlogback.configurationFile=io/shopstream/bench/bench-logback.xml";
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "Which ones, by class and method (default: all).")
  private String regex;

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "1",
      description = "JVMs for each, one after another (default: ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Iterations of one second that are measured, after as many that warm up (default: ${DEFAULT-VALUE}).")
  private int iterations;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() throws RunnerException {
    if (forks < 1 || iterations < 1) {
      throw new ParameterException(
          spec.commandLine(), "--forks and --iterations should be 1 or more");
    }
    var out = spec.commandLine().getOut();
    var names = names();
    out.println(
        "                                        ns a call       ± 99.9 %     bytes a call");
    var figures = new Figures();
    for (var name : names) {
      var result = run(name);
      print(out, name, result);
      var key = key(name);
      figures
          .put(key + "_ns", result.getPrimaryResult().getScore(), 1)
          .put(key + "_bytes", allocation(result), 0);
    }
    out.println();
    last.tell(out, figures);
    out.flush();
    return 0;
  }

  private List<String> names() {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "REGEX is no regular expression: " + e.getMessage(), e);
    }
    var silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
    var names =
        BenchmarkList.defaultList().find(silent, List.of(regex), List.of()).stream()
            .map(entry -> entry.getUsername())
            .toList();
    if (names.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Nothing matches %s. There are: %s"
              .formatted(
                  regex,
                  String.join(
                      ", ",
                      BenchmarkList.defaultList().find(silent, List.of(".*"), List.of()).stream()
                          .map(entry -> method(entry.getUsername()))
                          .toList())));
    }
    return names;
  }

  private RunResult run(String name) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(name) + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(forks)
            // In place of those of this program, which is small and quick to start: with them a
            // JVM would have two collectors, and no second compiler.
            .jvmArgs(LOGGING)
            .warmupIterations(iterations)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    return new Runner(options).runSingle();
  }

  private static double allocation(RunResult result) {
    // Not as a stream: the type of the values is a raw one.
    for (var label : result.getSecondaryResults().keySet()) {
      if (label.endsWith(ALLOCATION)) {
        return result.getSecondaryResults().get(label).getScore();
      }
    }
    return Double.NaN;
  }

  private static void print(PrintWriter out, String name, RunResult result) {
    out.printf(
        Locale.ROOT,
        "%-34s %,14.1f %,14.1f %,16.0f%n",
        method(name),
        result.getPrimaryResult().getScore(),
        result.getPrimaryResult().getScoreError(),
        allocation(result));
    out.flush();
  }

  /** Class and method. */
  private static String method(String name) {
    var dot = name.lastIndexOf('.', name.lastIndexOf('.') - 1);
    return name.substring(dot + 1);
  }

  /** The method in snake case. */
  static String key(String name) {
    return name.substring(name.lastIndexOf('.') + 1)
        .replaceAll("([A-Z])", "_$1")
        .toLowerCase(Locale.ROOT);
  }
}
