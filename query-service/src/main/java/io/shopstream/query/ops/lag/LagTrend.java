package io.shopstream.query.ops.lag;

import java.util.ArrayDeque;
import java.util.OptionalDouble;

/** Where a lag is going: the slope of a least-squares line through its last values. */
public final class LagTrend {

  private static final int MOST_VALUES = 64;
  private static final int LEAST_VALUES = 3;

  /** A change of the lag within the window that is smaller than this share of it is none. */
  private static final double STEADY_SHARE = 0.05;

  /** Nor is one of fewer records than this: commits come in steps. */
  private static final double STEADY_RECORDS = 10;

  /** The direction. */
  public enum Direction {
    GROWING,
    STEADY,
    SHRINKING
  }

  private record Value(long timeMs, long records) {}

  private final ArrayDeque<Value> values = new ArrayDeque<>();
  private final long windowMs;

  /**
   * @param windowMs how far it looks back, in milliseconds
   */
  public LagTrend(long windowMs) {
    this.windowMs = windowMs;
  }

  /** The lag at a time; times do not go back. */
  public void add(long timeMs, long records) {
    values.addLast(new Value(timeMs, records));
    while (values.size() > MOST_VALUES || timeMs - values.peekFirst().timeMs() > windowMs) {
      values.removeFirst();
    }
  }

  /** Records a second by which the lag grows; below zero when it shrinks. */
  public double recordsPerSecond() {
    if (values.size() < LEAST_VALUES) {
      return 0;
    }
    var meanTime = values.stream().mapToLong(Value::timeMs).average().orElseThrow();
    var meanRecords = values.stream().mapToLong(Value::records).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (var value : values) {
      var time = value.timeMs() - meanTime;
      covariance += time * (value.records() - meanRecords);
      variance += time * time;
    }
    return variance == 0 ? 0 : covariance / variance * 1_000;
  }

  /** Whether the lag grows, stays or shrinks. */
  public Direction direction() {
    if (values.size() < LEAST_VALUES) {
      return Direction.STEADY;
    }
    var span = values.peekLast().timeMs() - values.peekFirst().timeMs();
    var change = recordsPerSecond() * span / 1_000;
    var largest = values.stream().mapToLong(Value::records).max().orElseThrow();
    if (Math.abs(change) < Math.max(STEADY_RECORDS, largest * STEADY_SHARE)) {
      return Direction.STEADY;
    }
    return change > 0 ? Direction.GROWING : Direction.SHRINKING;
  }

  /** Seconds until nothing is left at this pace; nothing when the lag does not shrink. */
  public OptionalDouble secondsUntilCaughtUp() {
    if (values.isEmpty()) {
      return OptionalDouble.empty();
    }
    var left = values.peekLast().records();
    if (left == 0) {
      return OptionalDouble.of(0);
    }
    return direction() == Direction.SHRINKING
        ? OptionalDouble.of(left / -recordsPerSecond())
        : OptionalDouble.empty();
  }
}
