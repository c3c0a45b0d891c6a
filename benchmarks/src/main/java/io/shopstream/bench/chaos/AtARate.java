package io.shopstream.bench.chaos;

import java.util.concurrent.TimeUnit;

/** Does one thing again and again, so many times a second. */
final class AtARate {

  /** What was missed longer ago than this, because something took its time, is not made up for. */
  private static final long LONGEST_ARREARS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private AtARate() {}

  /**
   * Goes on until the thread is interrupted, and leaves it so.
   *
   * @param rate times a second
   */
  static void run(double rate, Runnable once) {
    var next = System.nanoTime();
    try {
      while (true) {
        next += (long) (1e9 / rate);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
        next = Math.max(next, System.nanoTime() - LONGEST_ARREARS_NANOS);
        once.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
