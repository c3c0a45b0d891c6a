package io.shopstream.load.replay;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** A plain line every few seconds, for logs and pipes. */
final class ProgressLines implements ReplayProgress {

  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final PrintStream out;
  private final long total;
  private long lastSettled;
  private long lastNanos = System.nanoTime();

  /**
   * @param total records to settle in all
   * @param settled records settled before this run
   */
  ProgressLines(PrintStream out, long total, long settled) {
    this.out = out;
    this.total = total;
    this.lastSettled = settled;
  }

  @Override
  public void show(long settled, long eventTimeMs) {
    var now = System.nanoTime();
    var nanos = now - lastNanos;
    if (nanos < PERIOD.toNanos()) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "  %,d of %,d records (%d %%), %,.0f records/s, event time %s%s%n",
        settled,
        Math.max(total, settled), // a limit counts no catalogue items
        100 * settled / Math.max(total, Math.max(settled, 1)),
        (settled - lastSettled) * 1e9 / nanos,
        Instant.ofEpochMilli(eventTimeMs).truncatedTo(ChronoUnit.SECONDS),
        settled == lastSettled ? ", waiting for the receiver or the next event" : "");
    out.flush();
    lastSettled = settled;
    lastNanos = now;
  }

  @Override
  public void close() {
    out.flush();
  }
}
