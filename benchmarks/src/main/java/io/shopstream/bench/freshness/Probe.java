package io.shopstream.bench.freshness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Does something to the shop again and again, and takes the time from its acknowledgement until an
 * answer shows it. The request that shows it is part of the time.
 */
final class Probe implements Runnable {

  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(1);
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(40);
  private static final int DIGITS = 3;

  /** One thing that is done to the shop. */
  interface Change {

    /** Does it, and returns what tells whether an answer shows it yet. */
    BooleanSupplier make(int number);
  }

  private final Change change;
  private final Histogram latency = new Histogram(LONGEST.toNanos(), DIGITS);
  private volatile boolean recording;
  private volatile boolean ended;

  Probe(Change change) {
    this.change = change;
  }

  @Override
  public void run() {
    for (var number = 0; !ended; number++) {
      var shown = change.make(number);
      var acknowledged = System.nanoTime();
      while (!shown.getAsBoolean()) {
        if (System.nanoTime() - acknowledged > LONGEST.toNanos()) {
          throw new IllegalStateException(
              "Change %d is not seen after %d s".formatted(number, LONGEST.toSeconds()));
        }
        LockSupport.parkNanos(BETWEEN_QUESTIONS.toNanos());
      }
      if (recording) {
        latency.recordValue(System.nanoTime() - acknowledged);
      }
      LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
    }
  }

  /** What is measured from now on counts. */
  void beginRecording() {
    recording = true;
  }

  /** Ends after the change under way. */
  void end() {
    ended = true;
  }

  /** Nanoseconds from acknowledgement to answer; to be read when the probe has ended. */
  Histogram latency() {
    return latency;
  }
}
