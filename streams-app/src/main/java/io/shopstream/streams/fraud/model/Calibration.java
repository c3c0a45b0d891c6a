package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;

/**
 * Turns log-odds into a probability that holds: of the orders said to be frauds with 20 %, 20 %
 * are. Learnt from pairs of what was said at the time and what came true, so never from examples
 * the trees were fitted to. Isotonic regression (pool adjacent violators) over bins of the
 * log-odds, straight lines in between; the pairs fade with a half-life. Each bin begins with a
 * little belief in the log-odds as they are. Keeps the order of the scores.
 */
final class Calibration {
  private static final double LOWEST = -9;
  private static final double WIDTH = 0.5;
  private static final int BINS = 36;

  /** Pairs' worth of belief in the log-odds themselves, a bin. */
  private static final double BELIEF = 4;

  /** Log-odds a step must rise at least, so that equal probabilities do not hide an order. */
  private static final double LEAST_RISE = 0.02;

  /** The weight of a pair falls to half while this many come after it. */
  private final double halfLife;

  private double fade = 1;
  private final double[] pairs = new double[BINS];
  private final double[] frauds = new double[BINS];
  private final double[] sums = new double[BINS];

  Calibration(double halfLife) {
    this.halfLife = halfLife;
  }

  private static int bin(double margin) {
    return (int) Math.min(BINS - 1, Math.max(0, (margin - LOWEST) / WIDTH));
  }

  void learn(double margin, boolean fraud) {
    fade *= Math.pow(2, 1 / halfLife);
    int b = bin(margin);
    pairs[b] += fade;
    sums[b] += fade * margin;
    frauds[b] += fraud ? fade : 0;
    if (fade > 1e100) {
      for (int i = 0; i < BINS; i++) {
        pairs[i] /= fade;
        sums[i] /= fade;
        frauds[i] /= fade;
      }
      fade = 1;
    }
  }

  /** The curve as it stands, fixed. */
  Curve curve() {
    double[] x = new double[BINS];
    double[] y = new double[BINS];
    double[] w = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      double middle = LOWEST + (b + 0.5) * WIDTH;
      double n = pairs[b] / fade;
      x[b] = (BELIEF * middle + sums[b] / fade) / (BELIEF + n);
      w[b] = BELIEF + n;
      y[b] = (BELIEF * Logistic.probability(middle) + frauds[b] / fade) / w[b];
    }
    pool(y, w);
    for (int b = 0; b < BINS; b++) {
      y[b] = Logistic.logOdds(y[b]);
      if (b > 0) {
        y[b] = Math.max(y[b], y[b - 1] + LEAST_RISE);
      }
    }
    return new Curve(x, y);
  }

  private static void pool(double[] y, double[] w) {
    int[] size = new int[y.length];
    int blocks = 0;
    for (int i = 0; i < y.length; i++) {
      double value = y[i];
      double weight = w[i];
      int count = 1;
      while (blocks > 0 && y[blocks - 1] >= value) {
        blocks--;
        value = (value * weight + y[blocks] * w[blocks]) / (weight + w[blocks]);
        weight += w[blocks];
        count += size[blocks];
      }
      y[blocks] = value;
      w[blocks] = weight;
      size[blocks] = count;
      blocks++;
    }
    int at = y.length;
    for (int b = blocks - 1; b >= 0; b--) {
      double value = y[b];
      for (int k = 0; k < size[b]; k++) {
        y[--at] = value;
      }
    }
  }

  /** As it stands, to the last bit, so that what is read goes on exactly as this would. */
  void write(ByteWriter out) {
    out.putDouble(fade);
    for (int b = 0; b < BINS; b++) {
      out.putDouble(pairs[b]);
      out.putDouble(frauds[b]);
      out.putDouble(sums[b]);
    }
  }

  void read(ByteReader in) {
    fade = in.getDouble();
    for (int b = 0; b < BINS; b++) {
      pairs[b] = in.getDouble();
      frauds[b] = in.getDouble();
      sums[b] = in.getDouble();
    }
  }

  /** A rising line of corners from log-odds said to log-odds that hold. */
  static final class Curve {
    private final double[] x;
    private final double[] y;

    private Curve(double[] x, double[] y) {
      this.x = x;
      this.y = y;
    }

    double at(double margin) {
      int last = x.length - 1;
      int high = 1;
      while (high < last && x[high] < margin) {
        high++;
      }
      double slope = (y[high] - y[high - 1]) / (x[high] - x[high - 1]);
      return y[high - 1] + slope * (margin - x[high - 1]);
    }

    void write(ByteWriter out) {
      out.putVarint(x.length);
      for (int i = 0; i < x.length; i++) {
        out.putDouble(x[i]);
        out.putDouble(y[i]);
      }
    }

    static Curve read(ByteReader in) {
      int n = in.getCount();
      if (n < 2) {
        throw new IllegalArgumentException("a calibration of " + n + " corners, at least 2");
      }
      double[] x = new double[n];
      double[] y = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = in.getDouble();
        y[i] = in.getDouble();
      }
      return new Curve(x, y);
    }
  }
}
