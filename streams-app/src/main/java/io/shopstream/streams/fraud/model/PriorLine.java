package io.shopstream.streams.fraud.model;

/**
 * How much the data believe the prior: intercept and slope of a logistic regression on its score
 * (J. Platt, 1999).
 */
final class PriorLine {
  /** The fit is held to {0, 1} as if by this many examples' worth of curvature. */
  private static final double STRENGTH = 2.0;

  private static final double MOST_SLOPE = 1.5;

  private PriorLine() {}

  /** Intercept and slope; the slope lies between 0 and 1.5. */
  static double[] fit(double[] score, boolean[] fraud, float[] weight) {
    double a = 0;
    double b = 1;
    for (int round = 0; round < 25; round++) {
      double ga = STRENGTH * a;
      double gb = STRENGTH * 10 * (b - 1);
      double haa = STRENGTH;
      double hab = 0;
      double hbb = STRENGTH * 10;
      for (int i = 0; i < score.length; i++) {
        double p = Logistic.probability(a + b * score[i]);
        double g = weight[i] * (p - (fraud[i] ? 1 : 0));
        double h = weight[i] * p * (1 - p);
        ga += g;
        gb += g * score[i];
        haa += h;
        hab += h * score[i];
        hbb += h * score[i] * score[i];
      }
      double det = haa * hbb - hab * hab;
      if (det < 1e-12) {
        break;
      }
      double da = (hbb * ga - hab * gb) / det;
      double db = (haa * gb - hab * ga) / det;
      double size = Math.max(Math.abs(da), Math.abs(db));
      double damp = size > 2 ? 2 / size : 1;
      a -= damp * da;
      b = Math.min(MOST_SLOPE, Math.max(0, b - damp * db));
      if (size < 1e-6) {
        break;
      }
    }
    return new double[] {a, b};
  }
}
