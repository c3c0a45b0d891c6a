package io.shopstream.local.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells how far an application is behind: one line that changes on a terminal, else now and then.
 */
final class LagLine {

  private static final Duration PLAIN_PERIOD = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final boolean terminal;
  private final long begin = System.nanoTime();
  private long next = begin;

  LagLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(String group, long records) {
    var text = String.format(Locale.ROOT, "counting: %s has %,d records to go", group, records);
    if (terminal) {
      out.printf("\r%-72s", text);
      out.flush();
    } else if (System.nanoTime() >= next) {
      out.println(text);
      out.flush();
      next = System.nanoTime() + PLAIN_PERIOD.toNanos();
    }
  }

  void done() {
    var text =
        String.format(
            Locale.ROOT, "counted everything %.1f s later", (System.nanoTime() - begin) / 1e9);
    out.printf(terminal ? "\r%-72s%n" : "%s%n", text);
    out.flush();
  }
}
