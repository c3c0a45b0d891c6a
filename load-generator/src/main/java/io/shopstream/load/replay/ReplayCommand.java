package io.shopstream.load.replay;

import io.shopstream.load.csv.CsvFile;
import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.OnlineRetail;
import io.shopstream.load.datasets.RefusalReason;
import io.shopstream.load.datasets.Refusals;
import io.shopstream.load.datasets.RepeatedClicks;
import io.shopstream.load.synthetic.FraudShop;
import io.shopstream.load.synthetic.SyntheticShop;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the replay. */
@Command(
    name = "replay",
    sortOptions = false,
    header = "Publishes the events of a data set, in the order in which they happened.",
    description = {
      "",
      "Without options: the orders of a British gift shop (and the clicks derived from them) go"
          + " into Kafka as fast as it goes, moved in time so that the last event happens now."
          + " Interrupted, it goes on where it stopped when it is started again.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  replay --dry-run                      read everything, publish nothing",
      "  replay --speed 3600x                  an hour of the shop in a second",
      "  replay --from-start                   publish all again with equal event times",
      "  replay --dataset synthetic --events 1000000 --seed 7",
      "  replay --dataset csv --mapping load-generator/examples/clicks.properties"
          + " load-generator/examples/clicks.csv",
      "  replay --to http --url http://127.0.0.1:8080",
      "",
      "Environment: KAFKA_BOOTSTRAP_SERVERS (127.0.0.1:9092), SCHEMA_REGISTRY_URL"
          + " (http://127.0.0.1:8081), KAFKA_CLIENT_CONFIG (a properties file for every Kafka"
          + " client), TOPIC_PARTITIONS (6) and TOPIC_REPLICATION (1) of topics that do not exist"
          + " yet; with --to http also SHOPSTREAM_API_KEY, a key with the role publish.",
      "The last line of the output tells events (clicks and orders published), orders, refused"
          + " (lines of the file that are no events, and events not taken), seconds,"
          + " events_per_second, clicks, catalog_items."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything asked for was published",
      "1:it failed; the message says why, the position is kept",
      "2:wrong usage",
      "130:interrupted; the position is kept"
    })
public final class ReplayCommand implements Callable<Integer> {

  private static final int EXIT_INTERRUPTED = 130;
  private static final int SHOWN_REFUSALS = 5;
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(30);
  private static final Duration HTTP_PATIENCE = Duration.ofMinutes(2);

  /** Data sets by the name on the command line. */
  enum DatasetName {
    ONLINE_RETAIL,
    SYNTHETIC,
    FRAUD,
    CSV;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What event times become. */
  enum EventTime {
    SHIFTED,
    ORIGINAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Ways into the shop. */
  enum Way {
    KAFKA,
    HTTP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      defaultValue = "online-retail",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private DatasetName datasetName;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Read this file instead of the one that ships; it has the columns of UCI Online Retail,"
              + " plain or gzip.")
  private Path file;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description =
          "What the columns of a CSV file mean, with --dataset csv; docs/your-own-data.md tells how"
              + " it is written.")
  private Path mapping;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to read, as --file names it.")
  private Path fileParameter;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Number of clicks of the synthetic data set, or of orders of the fraud data set. Default:"
              + " ${DEFAULT-VALUE}.")
  private long syntheticClicks;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the synthetic data set. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "300000",
      description = "Number of users of the synthetic data set. Default: ${DEFAULT-VALUE}.")
  private int syntheticUsers;

  @Option(
      names = "--items",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Number of items of the synthetic data set. Default: ${DEFAULT-VALUE}.")
  private int syntheticItems;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      defaultValue = "0",
      showDefaultValue = Visibility.NEVER,
      description =
          "Publish N clicks of the data set and nothing else; when it has fewer they come again, later and with other"
              + " ids. For measurements.")
  private long repeatedClicks;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Write what each order of the fraud data set truly is here, as CSV: order_id,kind,fraud.")
  private Path truthFile;

  @Option(
      names = "--to",
      paramLabel = "WAY",
      defaultValue = "kafka",
      description =
          "${COMPLETION-CANDIDATES}: into Kafka directly, or through the query service. Default:"
              + " ${DEFAULT-VALUE}.")
  private Way way;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "Address of the query service, with --to http. Default: ${DEFAULT-VALUE}.")
  private String url;

  @Option(
      names = "--speed",
      paramLabel = "SPEED",
      defaultValue = "max",
      description =
          "max, or how much faster than life: 1x, 60x, 3600x … Default: ${DEFAULT-VALUE}.")
  private String speed;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "shifted",
      description =
          "${COMPLETION-CANDIDATES}: shifted adds one constant to all event times, kept for later"
              + " runs, so that the data ends now. Default: ${DEFAULT-VALUE}.")
  private EventTime eventTime;

  @Option(
      names = "--from-start",
      description =
          "Publish again from the beginning, with the event times of the first time: nothing may"
              + " count twice.")
  private boolean fromStart;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "9223372036854775807",
      showDefaultValue = Visibility.NEVER,
      description = "Publish at most N clicks and orders in this run.")
  private long limit;

  @Option(
      names = "--dry-run",
      description = "Read and judge everything, publish nothing, keep no position.")
  private boolean dryRun;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "local-data/replay",
      description = "Where positions are kept. Default: ${DEFAULT-VALUE}.")
  private Path stateDirectory;

  @Option(
      names = "--refused",
      paramLabel = "FILE",
      description = "Write each refused line of the source here, with its number and the reason.")
  private Path refusedFile;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the pairs of the last line here too, as JSON.")
  private Path json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @Override
  public Integer call() throws Exception {
    var out = System.out;
    var dataset = dataset();
    if (repeatedClicks < 0) {
      throw new ParameterException(
          spec.commandLine(), "--clicks should be 1 or more, not " + repeatedClicks);
    }
    if (repeatedClicks > 0) {
      dataset = new RepeatedClicks(dataset, repeatedClicks);
    }
    var pace = pace();
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit should be 1 or more, not " + limit);
    }
    var stopping = new AtomicBoolean();
    var ended = new CountDownLatch(1);
    var hook = new Thread(() -> stop(stopping, ended), "stop-replay");
    Runtime.getRuntime().addShutdownHook(hook);
    try (var sink = sink(stopping)) {
      var report = replay(out, dataset, pace, sink, stopping);
      out.println(report.line());
      out.flush();
      if (json != null) {
        Files.writeString(json, report.json());
      }
      return report.complete() ? 0 : EXIT_INTERRUPTED;
    } finally {
      ended.countDown();
    }
  }

  /** Ctrl-C: the replay ends itself, and the process waits for it, but not for ever. */
  private static void stop(AtomicBoolean stopping, CountDownLatch ended) {
    stopping.set(true);
    try {
      if (!ended.await(15, TimeUnit.SECONDS)) {
        System.err.println(
            "Stopped without the last answers; the position kept is a little older.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path file() {
    return fileParameter == null ? file : fileParameter;
  }

  private Dataset dataset() throws IOException {
    return switch (datasetName) {
      case ONLINE_RETAIL -> file() == null ? OnlineRetail.shipped() : OnlineRetail.of(file());
      case CSV -> {
        if (file() == null || mapping == null) {
          throw new ParameterException(
              spec.commandLine(), "--dataset csv needs a file and its --mapping");
        }
        yield CsvFile.of(file(), mapping);
      }
      case SYNTHETIC -> {
        requirePositive("--events", syntheticClicks);
        requirePositive("--users", syntheticUsers);
        requirePositive("--items", syntheticItems);
        yield SyntheticShop.of(syntheticClicks, seed, syntheticUsers, syntheticItems);
      }
      case FRAUD -> {
        requirePositive("--events", syntheticClicks);
        var shop = new FraudShop(syntheticClicks, seed);
        if (truthFile != null) {
          shop.writeTruth(truthFile);
        }
        yield shop;
      }
    };
  }

  private void requirePositive(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " should be 1 or more, not " + value);
    }
  }

  private Pace pace() {
    try {
      return Pace.parse(speed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--speed: " + e.getMessage(), e);
    }
  }

  private EventSink sink(AtomicBoolean stopping) throws ReplayException, InterruptedException {
    if (dryRun) {
      return new DiscardingSink();
    }
    return switch (way) {
      case KAFKA -> KafkaSink.connect(KafkaEnvironment.from(System.getenv()), KAFKA_PATIENCE);
      case HTTP ->
          HttpSink.connect(
              url, System.getenv().getOrDefault("SHOPSTREAM_API_KEY", ""), HTTP_PATIENCE, stopping);
    };
  }

  private ReplayReport replay(
      PrintStream out, Dataset dataset, Pace pace, EventSink sink, AtomicBoolean stopping)
      throws IOException, ReplayException, InterruptedException {
    var contents = dataset.contents();
    var positions = PositionFile.of(stateDirectory, dataset.name(), sink.target());
    var from = dryRun ? beginning(dataset, contents) : position(positions, dataset, contents);
    announce(out, dataset, contents, from, sink);
    Replay.Keeper keeper = dryRun ? position -> {} : positions::write;
    var replay = new Replay(sink, pace, limit, stopping, keeper);
    try (var reader = dataset.open(from.timeShiftMs());
        var refused = new RefusedLines(refusedFile)) {
      var first = new ArrayList<Refusals.Refusal>();
      reader
          .refusals()
          .onRefusal(
              one -> {
                refused.write(one);
                if (datasetName == DatasetName.CSV && first.size() < SHOWN_REFUSALS) {
                  first.add(one);
                }
              });
      ReplayReport report;
      try (var progress = progress(out, dataset, contents, from)) {
        report = replay.run(from, reader, progress);
      }
      if (report.events() > 0) {
        tellRefusals(out, reader.refusals(), first, replay.lastRefusal());
      }
      if (!report.complete()) {
        out.println("Stopped. Run the same command again to go on from here.");
      }
      return report;
    }
  }

  private ReplayPosition position(
      PositionFile positions, Dataset dataset, Dataset.Contents contents)
      throws IOException, ReplayException {
    var kept = positions.read();
    var sameData = kept.isPresent() && kept.get().fingerprint().equals(dataset.fingerprint());
    var sameTime =
        kept.isPresent() && (kept.get().timeShiftMs() == 0) == (eventTime == EventTime.ORIGINAL);
    if (kept.isEmpty() || fromStart) {
      var position = sameData && sameTime ? kept.get().at(0) : beginning(dataset, contents);
      // Kept before the first event: whatever happens, a second run has the same times.
      positions.write(position);
      return position;
    }
    if (!sameData) {
      throw new ReplayException(
          "%s was written for other data than %s is now. Replay with --from-start."
              .formatted(positions.path(), dataset.name()));
    }
    if (!sameTime) {
      throw new ReplayException(
          "%s was begun with %s event times. Go on with them, or replay with --from-start."
              .formatted(
                  positions.path(),
                  kept.get().timeShiftMs() == 0 ? EventTime.ORIGINAL : EventTime.SHIFTED));
    }
    return kept.get();
  }

  private ReplayPosition beginning(Dataset dataset, Dataset.Contents contents) throws IOException {
    var shift =
        eventTime == EventTime.ORIGINAL ? 0 : System.currentTimeMillis() - contents.lastTimeMs();
    return new ReplayPosition(dataset.fingerprint(), shift, 0);
  }

  private void announce(
      PrintStream out,
      Dataset dataset,
      Dataset.Contents contents,
      ReplayPosition from,
      EventSink sink) {
    out.printf(
        Locale.ROOT,
        "%s: %,d clicks, %,d orders, %,d catalogue items, %,d outcomes, from %s to %s%s%n",
        dataset.name(),
        contents.clicks(),
        contents.orders(),
        contents.catalogItems(),
        contents.outcomes(),
        Instant.ofEpochMilli(contents.firstTimeMs() + from.timeShiftMs()),
        Instant.ofEpochMilli(contents.lastTimeMs() + from.timeShiftMs()),
        from.timeShiftMs() == 0
            ? ""
            : String.format(
                Locale.ROOT, " (moved by %,.1f days)", from.timeShiftMs() / 86_400_000.0));
    if (from.records() >= contents.records()) {
      out.printf("All of it is in %s already; --from-start publishes it again.%n", sink.target());
    } else if (from.records() > 0) {
      out.printf(Locale.ROOT, "Going on after record %,d.%n", from.records());
    }
    out.flush();
  }

  private ReplayProgress progress(
      PrintStream out, Dataset dataset, Dataset.Contents contents, ReplayPosition from) {
    var total =
        limit < contents.records() - from.records() ? from.records() + limit : contents.records();
    return TerminalProgress.isPossible()
        ? new TerminalProgress(dataset.name(), total, from.records())
        : new ProgressLines(out, total, from.records());
  }

  private static void tellRefusals(
      PrintStream out, Refusals refusals, List<Refusals.Refusal> first, String lastRefusal) {
    var counts = refusals.byReason();
    if (!counts.isEmpty()) {
      out.printf(
          Locale.ROOT, "Lines of the source so far that are no events: %,d%n", refusals.total());
      for (var reason : RefusalReason.values()) {
        if (counts.containsKey(reason)) {
          out.printf(
              Locale.ROOT, "  %-17s %,7d  %s%n", reason, counts.get(reason), reason.meaning());
        }
      }
    }
    first.forEach(one -> out.println("  " + one.detail()));
    if (!lastRefusal.isEmpty()) {
      out.println("The receiver refused events, the last one because: " + lastRefusal);
    }
  }

  /** The refused lines of a source, as CSV; nowhere when no file is asked for. */
  private static final class RefusedLines implements AutoCloseable {
    private final PrintWriter writer;

    RefusedLines(Path file) throws IOException {
      writer = new PrintWriter(file == null ? Writer.nullWriter() : Files.newBufferedWriter(file));
      writer.println("line,reason,detail");
    }

    void write(Refusals.Refusal refusal) {
      writer.printf(
          Locale.ROOT,
          "%d,%s,\"%s\"%n",
          refusal.line(),
          refusal.reason(),
          refusal.detail().replace("\"", "\"\""));
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
