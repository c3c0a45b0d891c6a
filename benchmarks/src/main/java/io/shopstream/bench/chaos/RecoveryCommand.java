package io.shopstream.bench.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.local.stack.StackSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a restart and a takeover take. */
@Command(
    name = "recovery",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How long it takes to come back, while visitors click and questions are asked.",
      "",
      "Starts a broker, two streams-app that follow each other's stores and two query-service, and fills them with a"
          + " day of visits. Then one streams-app is stopped in order and started again; then it is killed (kill -9)"
          + " and the other takes over; then it is started again and restores its state from the changelogs. Every"
          + " count is compared with one made anew at the end of each.",
      ""
    },
    footer = {"", "Example:", "  ./shopstream bench recovery --history 200000"})
public final class RecoveryCommand implements Callable<Integer> {

  private static final Duration TAKEOVER = Duration.ofSeconds(25);
  private static final Duration LONGEST_RESTORE = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 50;

  /** Records between two looks that events which flow do not make. */
  private static final long MANY_AT_ONCE = 200;

  /** Restored is who has not taken so many at once for so long. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Events of the day before (default: ${DEFAULT-VALUE}).")
  private long history;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "60",
      description = "Events a second that flow (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "25",
      description = "Questions a second (default: ${DEFAULT-VALUE}).")
  private int queries;

  @Mixin private FiguresOption last;

  private double restartSeconds;

  private record Restored(long records, double seconds) {}

  private Restored restored = new Restored(0, 0);

  @Override
  public Integer call() {
    if (history < 0 || events < 1 || queries < 1) {
      throw new ParameterException(spec.commandLine(), "The numbers should be 1 or more");
    }
    var out = spec.commandLine().getOut();
    try (var workplace = Workplace.open();
        var cluster = new Cluster(workplace, new StackSize(2, 2, 1), false, Map.of())) {
      tell(out, "Starting a broker, two streams-app, two query-service");
      cluster.start();
      try (var trial = new Trial(cluster, 1, events, queries, text -> tell(out, "  %s", text))) {
        tell(out, "Publishing %,d events of the day before", history);
        trial.load().publishHistory(history);
        trial.begin();
        return measure(trial, cluster, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private int measure(Trial trial, Cluster cluster, PrintWriter out) throws InterruptedException {
    var name = cluster.streams().get(0);
    var restart =
        trial.run(
            "restart",
            (load, progress, told) -> {
              progress.fault();
              var begin = System.nanoTime();
              cluster.shutDown(name);
              told.accept("%s ended after %.1f s".formatted(name, seconds(begin)));
              cluster.startProcess(name);
              cluster.awaitReady(name);
              restartSeconds = seconds(begin);
            });
    var takeover =
        trial.run(
            "takeover",
            (load, progress, told) -> {
              progress.fault();
              cluster.kill(name);
              Thread.sleep(TAKEOVER.toMillis());
              cluster.startProcess(name);
              restored = awaitRestored(cluster.streamsUrl(name));
            });
    out.println();
    out.printf(
        Locale.ROOT,
        "restart in order   %.1f s from the stop until it is ready again; longest pause %.1f s, %d of %d questions failed%n",
        restartSeconds,
        restart.pauseSeconds(),
        restart.queries().failed(),
        restart.queries().sent());
    out.printf(
        Locale.ROOT,
        "kill -9            longest pause until the other had taken over %.1f s, %d of %d questions failed, %d answered by a standby%n",
        takeover.pauseSeconds(),
        takeover.queries().failed(),
        takeover.queries().sent(),
        takeover.queries().stale());
    out.printf(
        Locale.ROOT,
        "restore            %,d records in %.1f s%n%n",
        restored.records(),
        restored.seconds());
    for (var result : java.util.List.of(restart, takeover)) {
      result.examples().forEach(example -> tell(out, "! %s: %s", result.name(), example));
    }
    var figures =
        new Figures()
            .put("restart_seconds", restartSeconds, 1)
            .put("restart_pause_seconds", restart.pauseSeconds(), 1)
            .put("restore_records_per_second", restored.records() / restored.seconds(), 0)
            .put("failover_seconds", takeover.pauseSeconds(), 1)
            .put("failed_queries", restart.queries().failed() + takeover.queries().failed())
            .put("lost", restart.lost() + takeover.lost())
            .put("counted_twice", restart.twice() + takeover.twice());
    last.tell(out, figures);
    return restart.isGood() && takeover.isGood() ? 0 : 1;
  }

  /** Follows readiness until no more records come at once than events that flow make. */
  private static Restored awaitRestored(String url) throws InterruptedException {
    var http = HttpClient.newHttpClient();
    var json = new ObjectMapper();
    var request =
        HttpRequest.newBuilder(URI.create(url + "/health/readiness"))
            .timeout(Duration.ofSeconds(2))
            .build();
    var started = System.nanoTime();
    var records = 0L;
    var lookedNanos = started;
    var recordsBefore = 0L;
    var beginNanos = Long.MAX_VALUE;
    var endNanos = Long.MAX_VALUE;
    var recordsAtEnd = 0L;
    while (seconds(started) < LONGEST_RESTORE.toSeconds()) {
      try {
        var answer = http.send(request, BodyHandlers.ofString());
        var now =
            json.readTree(answer.body()).findValues("restored_records").stream()
                .mapToLong(one -> one.asLong())
                .sum();
        if (now - records >= MANY_AT_ONCE) {
          if (beginNanos == Long.MAX_VALUE) {
            beginNanos = lookedNanos;
            recordsBefore = records;
          }
          endNanos = System.nanoTime();
          recordsAtEnd = now;
        } else if (endNanos != Long.MAX_VALUE && seconds(endNanos) > QUIET.toSeconds()) {
          return new Restored(recordsAtEnd - recordsBefore, (endNanos - beginNanos) / 1e9);
        }
        records = now;
        lookedNanos = System.nanoTime();
      } catch (IOException e) {
        // It does not listen yet.
        lookedNanos = System.nanoTime();
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw new IllegalStateException(
        "%s has restored %,d records, and no %,d of them at once, after %d s"
            .formatted(url, records, MANY_AT_ONCE, LONGEST_RESTORE.toSeconds()));
  }

  private static double seconds(long beginNanos) {
    return (System.nanoTime() - beginNanos) / 1e9;
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
