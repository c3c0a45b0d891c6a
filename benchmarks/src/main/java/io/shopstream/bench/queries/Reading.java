package io.shopstream.bench.queries;

import org.HdrHistogram.Histogram;

/**
 * What became of the questions of one run.
 *
 * @param rate questions a second that were due
 * @param latency nanoseconds from the time a question was due to the last byte of its answer; of
 *     one that was given up, to that moment
 * @param lateness nanoseconds from the time a question was due to its first byte, the part of the
 *     latency that the client and its connections cause
 * @param answered answers 2xx with something in them
 * @param refused answers of another status
 * @param empty answers for known visitors with nothing in them
 * @param timedOut questions given up
 * @param broken connections that broke off while an answer was due, and answers that are no HTTP
 */
public record Reading(
    int rate,
    Histogram latency,
    Histogram lateness,
    long answered,
    long refused,
    long empty,
    long timedOut,
    long broken) {

  private static final double NANOS_A_MS = 1e6;

  /** Everything that is no answer. */
  public long errors() {
    return refused + empty + timedOut + broken;
  }

  /** A percentile of the latency in milliseconds. */
  public double millis(double percentile) {
    return latency.getValueAtPercentile(percentile) / NANOS_A_MS;
  }

  /** The longest latency in milliseconds. */
  public double worstMillis() {
    return latency.getMaxValue() / NANOS_A_MS;
  }

  /** A percentile of the client's own lateness in milliseconds. */
  public double lateMillis(double percentile) {
    return lateness.getValueAtPercentile(percentile) / NANOS_A_MS;
  }

  /** Whether the p99 is within a limit, and at most one question of a thousand failed. */
  public boolean isWithin(double limitMs) {
    return millis(99) <= limitMs && errors() * 1_000 <= latency.getTotalCount();
  }
}
