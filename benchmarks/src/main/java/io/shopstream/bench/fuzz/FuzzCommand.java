package io.shopstream.bench.fuzz;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.ResidentMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks whether any input breaks the shop. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Throws mutated requests at the HTTP edge and mutated records at the topics of a whole shop"
          + " of its own.",
      "",
      "Requests begin as ones that the service serves and are changed in body, address, headers and"
          + " framing; records fit their schema with values that make no sense, or are damaged."
          + " Nothing may be answered 500 or not at all, no stream thread may die, a good click and"
          + " order sent afterwards must arrive, and the processes may not take more than 5 %% more"
          + " memory than after the warm-up (half of the inputs, in which tables and caches fill up to their bounds). Their heaps are fixed and"
          + " filled from the start, and what lives in them is compared after a collection.",
      ""
    },
    footer = {"", "Example:", "  ./shopstream fuzz --inputs 1000000 --seed 1"})
public final class FuzzCommand implements Callable<Integer> {

  private static final int WARM_UP_PARTS = 2;
  private static final int PARTITIONS = 6;
  private static final double MOST_GROWTH = 0.05;
  private static final double MB = 1024.0 * 1024;
  private static final int STREAMS_HEAP_MB = 768;
  private static final int QUERY_HEAP_MB = 384;
  private static final int BATCH = 500;

  @Spec private CommandSpec spec;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Requests and records together, half of each (default: ${DEFAULT-VALUE}).")
  private long inputs;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed makes the same inputs (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "8",
      description = "Connections to the query service at once (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Mixin private FiguresOption last;

  @Option(
      names = "--logs",
      paramLabel = "DIR",
      description = "Copy what the applications logged to this folder at the end.")
  private Path logs;

  /** Memory of both processes, in MB. */
  private record Memory(double streams, double query, double streamsLive, double queryLive) {}

  @Override
  public Integer call() {
    if (inputs < 100 || connections < 1) {
      throw new ParameterException(
          spec.commandLine(), "--inputs should be 100 or more, --connections 1 or more");
    }
    var out = spec.commandLine().getOut();
    try (var workplace = Workplace.open();
        var round = Round.start(workplace, "fuzz", PARTITIONS)) {
      tell(out, "Starting the applications");
      var streams = round.startStreamsApp(fixedHeap(STREAMS_HEAP_MB));
      var query = round.startQueryService(fixedHeap(QUERY_HEAP_MB));
      round.awaitApplications(streams, query);
      var shop = new Pulse(round.queryUrl(), round.stateUrl());
      var http = new HttpFuzz(round.queryUrl());
      try (var records = new RecordFuzz(round.bootstrapServers(), round.registryUrl(), Map.of())) {
        var random = new SplittableRandom(seed);
        var begin = System.nanoTime();
        run(out, "warm-up", inputs / WARM_UP_PARTS, http, records, random.split());
        shop.awaitBeat("after the warm-up");
        var before = memory(shop, streams, query);
        tell(out, "After the warm-up: %s", before);
        run(out, "inputs", inputs - inputs / WARM_UP_PARTS, http, records, random.split());
        shop.awaitBeat("at the end");
        var seconds = (System.nanoTime() - begin) / 1e9;
        var after = memory(shop, streams, query);
        tell(out, "At the end: %s", after);
        return report(out, http, shop.deadThreads(), before, after, seconds);
      } finally {
        if (logs != null) {
          copyLogs(round.file("logs"));
        }
      }
    }
  }

  private void copyLogs(Path from) {
    try (var files = Files.list(from)) {
      Files.createDirectories(logs);
      for (var file : files.toList()) {
        Files.copy(file, logs.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new IllegalStateException("The logs cannot be copied to " + logs, e);
    }
  }

  private static List<String> fixedHeap(int megabytes) {
    return List.of("-Xms" + megabytes + "m", "-XX:+AlwaysPreTouch");
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  private void run(
      PrintWriter out,
      String name,
      long count,
      HttpFuzz http,
      RecordFuzz records,
      SplittableRandom random) {
    var pool = Executors.newFixedThreadPool(connections + 1);
    var tasks = new ArrayList<Future<?>>();
    try {
      var requests = count / 2;
      for (var i = 0; i < connections; i++) {
        var mine = random.split();
        var share = requests / connections + (i < requests % connections ? 1 : 0);
        tasks.add(pool.submit(() -> http.send(share, mine)));
      }
      var others = random.split();
      tasks.add(pool.submit(() -> sendRecords(count - requests, records, others)));
      for (var task : tasks) {
        while (true) {
          try {
            task.get(10, TimeUnit.SECONDS);
            break;
          } catch (TimeoutException e) {
            tell(
                out,
                "%s: %,d requests of all answered 2xx, %,d 4xx, %,d 503, %,d 5xx",
                name,
                http.taken(),
                http.refused(),
                http.unavailable(),
                http.serverErrors());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The fuzzer itself failed: " + e.getCause(), e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void sendRecords(long count, RecordFuzz records, SplittableRandom random) {
    for (var left = count; left > 0; left -= BATCH) {
      records.send(Math.min(BATCH, left), random);
    }
  }

  private static Memory memory(Pulse shop, ChildProcess streams, ChildProcess query) {
    return new Memory(
        ResidentMemory.proportionalSetSize(streams.handle().pid()).orElse(0) / MB,
        ResidentMemory.proportionalSetSize(query.handle().pid()).orElse(0) / MB,
        shop.liveHeapBytes(streams.handle().pid()) / MB,
        shop.liveHeapBytes(query.handle().pid()) / MB);
  }

  private int report(
      PrintWriter out,
      HttpFuzz http,
      long deadThreads,
      Memory before,
      Memory after,
      double seconds) {
    http.failures().forEach(failure -> tell(out, "  %s", failure));
    var streamsGrowth = after.streams() / before.streams() - 1;
    var queryGrowth = after.query() / before.query() - 1;
    var grown =
        streamsGrowth > MOST_GROWTH
            || queryGrowth > MOST_GROWTH
            || after.streamsLive() - before.streamsLive() > MOST_GROWTH * STREAMS_HEAP_MB
            || after.queryLive() - before.queryLive() > MOST_GROWTH * QUERY_HEAP_MB;
    var figures =
        new Figures()
            .put("inputs", inputs)
            .put("answered_2xx", http.taken())
            .put("answered_4xx", http.refused())
            .put("answered_503", http.unavailable())
            .put("server_errors", http.serverErrors())
            .put("hung", http.hung())
            .put("closed", http.closed())
            .put("dead_threads", deadThreads)
            .put("streams_resident_mb", after.streams(), 0)
            .put("streams_resident_growth_percent", streamsGrowth * 100, 1)
            .put("streams_live_heap_mb", after.streamsLive(), 0)
            .put("streams_live_heap_growth_mb", after.streamsLive() - before.streamsLive(), 1)
            .put("query_resident_mb", after.query(), 0)
            .put("query_resident_growth_percent", queryGrowth * 100, 1)
            .put("query_live_heap_mb", after.queryLive(), 0)
            .put("query_live_heap_growth_mb", after.queryLive() - before.queryLive(), 1)
            .put("seconds", seconds, 0);
    last.tell(out, figures);
    return http.serverErrors() + http.hung() + deadThreads > 0 || grown ? 1 : 0;
  }
}
