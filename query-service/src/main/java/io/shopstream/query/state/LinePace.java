package io.shopstream.query.state;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps a log readable: something that may happen many times a second gets a line now and then. */
final class LinePace {

  private final long pauseNanos;
  private final AtomicLong lastNanos;

  LinePace(Duration pause) {
    this.pauseNanos = pause.toNanos();
    this.lastNanos = new AtomicLong(System.nanoTime() - 2 * pauseNanos);
  }

  /** Whether the last line was long enough ago; then the next one is not, for a while. */
  boolean isDue() {
    var now = System.nanoTime();
    var last = lastNanos.get();
    return now - last > pauseNanos && lastNanos.compareAndSet(last, now);
  }
}
