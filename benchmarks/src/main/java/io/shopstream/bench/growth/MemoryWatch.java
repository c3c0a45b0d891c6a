package io.shopstream.bench.growth;

import io.shopstream.local.process.ResidentMemory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks at the resident memory of processes until it is closed. */
final class MemoryWatch implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final int SAMPLES_A_LINE = 12;
  private static final double MEGABYTE = 1e6;

  private final Map<String, ProcessHandle> processes;
  private final Map<String, Trend> megabytes = new LinkedHashMap<>();
  private final Consumer<String> progress;
  private final long begin = System.nanoTime();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private int taken;

  /**
   * Begins.
   *
   * @param progress takes a line a minute
   */
  MemoryWatch(Map<String, ProcessHandle> processes, Consumer<String> progress) {
    this.processes = processes;
    this.progress = progress;
    processes.keySet().forEach(name -> megabytes.put(name, new Trend()));
    var unused = timer.scheduleAtFixedRate(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void look() {
    processes.forEach(
        (name, process) ->
            ResidentMemory.proportionalSetSize(process.pid())
                .ifPresent(bytes -> megabytes.get(name).add(seconds(), bytes / MEGABYTE)));
    if (taken++ % SAMPLES_A_LINE == 0) {
      var line = new StringBuilder("%5.0f s, resident MB:".formatted(seconds()));
      megabytes.forEach((name, trend) -> line.append(" %s %.0f".formatted(name, trend.last())));
      progress.accept(line.toString());
    }
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Megabytes by process; to be looked at when the watch is closed. */
  synchronized Map<String, Trend> megabytes() {
    return megabytes;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      timer.awaitTermination(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
