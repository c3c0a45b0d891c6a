package io.shopstream.events.state;

/**
 * Forward exponential decay (Cormode, Shkapenyuk, Srivastava, Xu: «Forward Decay: A Practical Time
 * Decay Model for Streaming Systems», ICDE 2009). A weight gained at time t is kept as {@code
 * weight · 2^((t − landmark) / halfLife)}, so old weights need not be touched as time passes, and
 * an event that comes late gets what it would have had in time.
 */
public final class ForwardDecay {
  private static final double LN_2 = Math.log(2);

  /** Up to here the next term of the series is below half the last bit of a double. */
  private static final double NEARLY_NOTHING = 1e-4;

  private ForwardDecay() {}

  /**
   * What one unit that is as of {@code fromMs} is worth as of {@code toMs}: 0.5 after one
   * half-life, more than 1 when {@code toMs} is the earlier one.
   *
   * @param halfLifeMs above 0, in milliseconds
   */
  public static double factor(long fromMs, long toMs, long halfLifeMs) {
    // The difference of two times far apart may overflow a long, that of two doubles does not.
    double halfLives = ((double) fromMs - (double) toMs) / halfLifeMs;
    double x = halfLives * LN_2;
    // Most events are hardly older than the one before, and a power takes as long as all the rest.
    return Math.abs(x) < NEARLY_NOTHING
        ? 1 + x * (1 + x * (0.5 + x * (1.0 / 6)))
        : Math.pow(2.0, halfLives);
  }
}
