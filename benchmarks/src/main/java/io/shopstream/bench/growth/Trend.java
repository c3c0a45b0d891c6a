package io.shopstream.bench.growth;

import java.util.ArrayList;
import java.util.List;

/** A quantity that is looked at now and then. Not safe for use by several threads. */
final class Trend {

  private static final double SECONDS_AN_HOUR = 3_600;

  private record Sample(double seconds, double value) {}

  private final List<Sample> samples = new ArrayList<>();

  /**
   * What it is now.
   *
   * @param seconds since any moment
   */
  void add(double seconds, double value) {
    samples.add(new Sample(seconds, value));
  }

  /**
   * By how much it rises in an hour: the slope of the straight line that fits best (least squares).
   *
   * @param fromSeconds what came before it is left out
   * @return NaN when fewer than two samples are left
   */
  double risePerHour(double fromSeconds) {
    var later = samples.stream().filter(one -> one.seconds() >= fromSeconds).toList();
    if (later.size() < 2) {
      return Double.NaN;
    }
    var meanSeconds = later.stream().mapToDouble(Sample::seconds).average().orElseThrow();
    var meanValue = later.stream().mapToDouble(Sample::value).average().orElseThrow();
    var together = 0.0;
    var spread = 0.0;
    for (var one : later) {
      var away = one.seconds() - meanSeconds;
      together += away * (one.value() - meanValue);
      spread += away * away;
    }
    return SECONDS_AN_HOUR * together / spread;
  }

  /** The last value; NaN when there is none. */
  double last() {
    return samples.isEmpty() ? Double.NaN : samples.get(samples.size() - 1).value();
  }

  /** The largest value; NaN when there is none. */
  double largest() {
    return samples.stream().mapToDouble(Sample::value).max().orElse(Double.NaN);
  }
}
