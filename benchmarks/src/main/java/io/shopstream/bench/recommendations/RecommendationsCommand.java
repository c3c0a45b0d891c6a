package io.shopstream.bench.recommendations;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import io.shopstream.streams.profile.VisitPairs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code evaluate recommendations}. */
@Command(
    name = "recommendations",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Feeds sessions through the classes that serve, and tells how good the recommendations are.",
      "",
      "Files have a header line, plain or gzip: session,items (items separated by blanks, sessions in"
          + " order of time); session,item,time (a click a line; milliseconds, or seconds with a"
          + " decimal point); example,prefix,target (test only).",
      "Columns may also be named as the public data sets do (SessionId, ItemId, Time, user_session, product_id,"
          + " event_time); times may be written as 2019-10-01 00:00:00 UTC. Tabs do as well as commas.",
      "",
      "Each prefix of a test session is an example; items of the prefix may be recommended, ties are"
          + " broken by id. Without times, sessions are spread evenly over --period, so that a weight"
          + " of the first session has decayed by --half-life at the last.",
      ""
    },
    footer = {
      "",
      "The last line: hr_at_20 is the share of examples whose next click is among the first 20 recommendations,"
          + " mrr_at_20 the mean of 1/rank (0 beyond 20); precision, recall and map compare with all that remained of"
          + " the session; coverage is the share of items ever recommended, popularity the mean clicks of what was"
          + " recommended over those of the most clicked item. baseline_ counts pairs within a session and asks"
          + " with the last item alone.",
      "",
      "Examples:",
      "  evaluate recommendations --train sessions.csv.gz --test examples.csv.gz",
      "  evaluate recommendations --train sessions.csv --test later-sessions.csv --exact --report out",
      "  evaluate recommendations --prequential clicks.csv.gz --report target/quality",
      "  evaluate recommendations --tune --train one.csv.gz --train another.csv.gz"
    })
public final class RecommendationsCommand implements Callable<Integer> {
  private static final int OVERLAP_SAMPLE = 10;

  @Spec private CommandSpec spec;

  @Option(names = "--train", paramLabel = "FILE", description = "Sessions to learn from.")
  private List<Path> train = List.of();

  @Option(names = "--test", paramLabel = "FILE", description = "Sessions or examples to test on.")
  private Path test;

  @Option(
      names = "--prequential",
      paramLabel = "FILE",
      description = "Timed sessions: each click is tested, then learned, from nothing on.")
  private Path prequential;

  @Option(
      names = "--tune",
      description =
          "Searches better constants on the last tenth of the training sessions, for all --train"
              + " files at once, and prints them. Test files are not looked at.")
  private boolean tune;

  @Option(
      names = "--neighbours",
      paramLabel = "N",
      description = "Neighbours a row keeps (default: ${DEFAULT-VALUE}).")
  private int neighbours = NeighbourRowEditor.DEFAULT_CAPACITY;

  @Option(
      names = "--half-life",
      paramLabel = "DAYS",
      description = "Half-life of weights in days (default: ${DEFAULT-VALUE}).")
  private double halfLifeDays = NeighbourRowEditor.DEFAULT_HALF_LIFE.toHours() / 24.0;

  @Option(
      names = "--period",
      paramLabel = "DAYS",
      description =
          "How long sessions without times are taken to last in all, in days"
              + " (default: ${DEFAULT-VALUE}).")
  private double periodDays = 2 * NeighbourRowEditor.DEFAULT_HALF_LIFE.toHours() / 24.0;

  @Option(
      names = "--exact",
      description =
          "Also learns rows that are never cut and compares every tenth example's first 20 with theirs"
              + " (overlap_at_20). Takes more time and memory.")
  private boolean exact;

  @Mixin private FiguresOption last;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Also writes recommendations.md, .json and .png there.")
  private Path report;

  @Override
  public Integer call() {
    if (!(halfLifeDays > 0 && periodDays > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--half-life and --period are numbers of days above 0");
    }
    if (neighbours < 1 || neighbours > 10_000) {
      throw new ParameterException(spec.commandLine(), "--neighbours is 1 to 10000");
    }
    if (tune) {
      if (train.isEmpty()) {
        throw new ParameterException(spec.commandLine(), "--tune needs --train FILE");
      }
      new Tuning(this::say, training(false)).run(train);
      return 0;
    }
    if ((train.size() != 1 || test == null) && prequential == null) {
      throw new ParameterException(
          spec.commandLine(),
          "Give --train FILE and --test FILE, or --prequential FILE; --help tells their forms");
    }
    var figures = new Figures();
    var markdown = new RecommendationsReport();
    if (test != null) {
      evaluate(figures, markdown);
    }
    if (prequential != null) {
      evaluatePrequentially(figures, markdown);
    }
    if (report != null) {
      markdown.write(report, figures);
      say("Report: " + report.resolve("recommendations.md"));
    }
    last.tell(spec.commandLine().getOut(), figures);
    return 0;
  }

  private void evaluate(Figures figures, RecommendationsReport markdown) {
    var sessions = SessionFile.sessions(train.get(0));
    var examples = SessionFile.examples(test);
    say(
        "%,d sessions to learn from, %,d examples to test"
            .formatted(sessions.size(), examples.size()));

    long start = System.nanoTime();
    var model = TrainedModel.of(sessions, training(exact));
    double trainSeconds = (System.nanoTime() - start) / 1e9;
    say("%,d clicks learned in %.0f s".formatted(model.clicks(), trainSeconds));
    var baseline = new LastItemCounts(sessions);

    var scorer = new VisitScorer();
    var served = new Quality(model.clicksByItem());
    var counted = new Quality(model.clicksByItem());
    double overlap = 0;
    int overlaps = 0;
    for (int e = 0; e < examples.size(); e++) {
      var example = examples.get(e);
      served.add(model.recommend(scorer, example.prefix()), example.remaining());
      counted.add(baseline.recommend(example.prefix()), example.remaining());
      if (exact && e % OVERLAP_SAMPLE == 0) {
        overlap += model.overlapWithExact(scorer, example.prefix());
        overlaps++;
      }
      if ((e + 1) % 20_000 == 0) {
        say("%,d examples tested".formatted(e + 1));
      }
    }
    figures
        .put("hr_at_20", served.hitRate(), 4)
        .put("mrr_at_20", served.reciprocalRank(), 4)
        .put("map_at_20", served.averagePrecision(), 4)
        .put("precision_at_20", served.precision(), 4)
        .put("recall_at_20", served.recall(), 4)
        .put("coverage", served.coverage(), 4)
        .put("popularity", served.popularity(), 4)
        .put("examples", served.examples())
        .put("baseline_hr_at_20", counted.hitRate(), 4)
        .put("baseline_mrr_at_20", counted.reciprocalRank(), 4)
        .put("overlap_at_20", overlaps == 0 ? Double.NaN : overlap / overlaps, 4)
        .put("bytes_a_row", model.bytesARow(), 0);
    markdown.examples(train.get(0), test, served, counted);
  }

  private void evaluatePrequentially(Figures figures, RecommendationsReport markdown) {
    var sessions = SessionFile.sessions(prequential);
    if (!sessions.stream().allMatch(Session::isTimed)) {
      throw new IllegalStateException(
          prequential + ", line 1: has no times; --prequential needs session,item,time");
    }
    say("%,d sessions, each click tested and then learned".formatted(sessions.size()));
    var parts = Prequential.run(sessions, training(false), new VisitScorer());
    long clicks = 0;
    double hits = 0;
    double ranks = 0;
    for (var part : parts) {
      clicks += part.clicks();
      hits += part.clicks() * part.hitRate();
      ranks += part.clicks() * part.reciprocalRank();
    }
    var last = new ArrayList<>(parts).get(parts.size() - 1);
    figures
        .put("prequential_hr_at_20", hits / clicks, 4)
        .put("prequential_mrr_at_20", ranks / clicks, 4)
        .put("prequential_last_hr_at_20", last.hitRate(), 4)
        .put("prequential_last_mrr_at_20", last.reciprocalRank(), 4)
        .put("prequential_clicks", clicks);
    markdown.prequential(prequential, parts);
  }

  private TrainedModel.Training training(boolean alsoExact) {
    return new TrainedModel.Training(
        VisitPairs.Settings.DEFAULT, neighbours, days(halfLifeDays), days(periodDays), alsoExact);
  }

  private static Duration days(double days) {
    return Duration.ofMillis(Math.round(days * 86_400_000));
  }

  private void say(String line) {
    spec.commandLine().getErr().println(String.format(Locale.ROOT, "%s", line));
  }
}
