package io.shopstream.load.replay;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * How fast event time passes.
 *
 * @param speed seconds of event time a second; empty for as fast as it goes
 */
record Pace(OptionalDouble speed) {

  /**
   * Reads «max», «60x» or «60».
   *
   * @throws IllegalArgumentException when it is neither
   */
  static Pace parse(String text) {
    var lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("max")) {
      return new Pace(OptionalDouble.empty());
    }
    try {
      var speed =
          Double.parseDouble(lower.endsWith("x") ? lower.substring(0, lower.length() - 1) : lower);
      if (speed > 0 && Double.isFinite(speed)) {
        return new Pace(OptionalDouble.of(speed));
      }
    } catch (NumberFormatException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  private static IllegalArgumentException unreadable(String text, Throwable cause) {
    return new IllegalArgumentException(
        "the speed is max, or how much faster than life, as in 60x or 1x, not " + text, cause);
  }

  /**
   * How long to wait before an event.
   *
   * @param eventMs milliseconds of event time since the first event
   * @param elapsedNanos nanoseconds since it was sent
   * @return nanoseconds, 0 or less when the event is due
   */
  long waitNanos(long eventMs, long elapsedNanos) {
    if (speed.isEmpty()) {
      return 0;
    }
    return (long) (TimeUnit.MILLISECONDS.toNanos(eventMs) / speed.getAsDouble()) - elapsedNanos;
  }
}
