package io.shopstream.load.replay;

import java.io.Console;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that moves, for people. */
final class TerminalProgress implements ReplayProgress {

  private static final int PERIOD_MS = 200;

  private final ProgressBar bar;

  /**
   * @param task what is replayed
   * @param total records to settle in all
   * @param settled records settled before this run
   */
  TerminalProgress(String task, long total, long settled) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(settled, Duration.ZERO)
            .setUpdateIntervalMillis(PERIOD_MS)
            .setUnit(" records", 1)
            .setStyle(ProgressBarStyle.ASCII)
            .showSpeed()
            .build();
  }

  @Override
  public void show(long settled, long eventTimeMs) {
    bar.stepTo(settled);
    if (eventTimeMs > 0) {
      bar.setExtraMessage(" " + Instant.ofEpochMilli(eventTimeMs).truncatedTo(ChronoUnit.MINUTES));
    }
  }

  @Override
  public void close() {
    bar.close();
  }

  /**
   * Whether a person is watching: the launcher says so, or both ends of the process are a terminal.
   */
  @SuppressWarnings("SystemConsoleNull") // the console of Java 22 and newer is asked below
  static boolean isPossible() {
    var told = System.getProperty("shopstream.terminal");
    if (told != null) {
      return Boolean.parseBoolean(told);
    }
    var console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
