package io.shopstream.streams.fraud.model;

/**
 * Whether the orders of late are still those the model learnt from. Two signs: frauds that came
 * true for each one the scores expected, and the population stability index of the log-odds, the
 * short past against the long one: Σ (p − q) · ln(p / q) over bins. An index above 0.25 is taken
 * for a shift that calls for a look (N. Siddiqi, «Credit Risk Scorecards», 2006). Both fade with
 * the outcomes that come after.
 */
public final class Drift {
  private static final double LOWEST = -9;
  private static final double WIDTH = 1;
  private static final int BINS = 14;
  private static final double SHORT_HALF_LIFE = 2_000;
  private static final double LONG_HALF_LIFE = 50_000;

  /** Orders' worth of belief that a bin is as it was, so that empty bins say little. */
  private static final double BELIEF = 1;

  private final double[] recent = new double[BINS];
  private final double[] usual = new double[BINS];
  private double expected;
  private double observed;

  /**
   * Takes in an outcome.
   *
   * @param margin the log-odds the order was given
   * @param probability that was made of it, 0 to 1
   */
  public void learn(double margin, double probability, boolean fraud) {
    int bin = (int) Math.min(BINS - 1, Math.max(0, (margin - LOWEST) / WIDTH));
    double fadeShort = Math.pow(0.5, 1 / SHORT_HALF_LIFE);
    double fadeLong = Math.pow(0.5, 1 / LONG_HALF_LIFE);
    for (int i = 0; i < BINS; i++) {
      recent[i] *= fadeShort;
      usual[i] *= fadeLong;
    }
    recent[bin]++;
    usual[bin]++;
    expected = expected * fadeShort + probability;
    observed = observed * fadeShort + (fraud ? 1 : 0);
  }

  /**
   * Frauds that came true for each one expected; 1 is as it should be. One of each is assumed
   * before the first outcome.
   */
  public double observedToExpected() {
    return (observed + 1) / (expected + 1);
  }

  /** The population stability index, 0 and up. */
  public double stabilityIndex() {
    double allRecent = BINS * BELIEF;
    double allUsual = BINS * BELIEF;
    for (int i = 0; i < BINS; i++) {
      allRecent += recent[i];
      allUsual += usual[i];
    }
    double sum = 0;
    for (int i = 0; i < BINS; i++) {
      double p = (recent[i] + BELIEF) / allRecent;
      double q = (usual[i] + BELIEF) / allUsual;
      sum += (p - q) * Math.log(p / q);
    }
    return sum;
  }
}
