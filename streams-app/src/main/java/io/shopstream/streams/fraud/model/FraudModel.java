package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.Features;

/**
 * A fixed model of a version: features in, probability of fraud out. Immutable; the bytes are what
 * travels on the topic of models.
 */
public final class FraudModel {
  private static final int FORMAT = 1;

  private final long version;
  private final double intercept;
  private final double slope;
  private final BoostedTrees trees;
  private final Calibration.Curve curve;

  FraudModel(
      long version, double intercept, double slope, BoostedTrees trees, Calibration.Curve curve) {
    this.version = version;
    this.intercept = intercept;
    this.slope = slope;
    this.trees = trees;
    this.curve = curve;
  }

  /** The model before the first outcome, version 0. */
  public static FraudModel initial() {
    return new FraudModel(0, 0, 1, BoostedTrees.NONE, new Calibration(1).curve());
  }

  FraudModel withVersion(long newVersion, Calibration.Curve newCurve) {
    return new FraudModel(newVersion, intercept, slope, trees, newCurve);
  }

  /** Rises with every model of a learner; 0 is the one before the first outcome. */
  public long version() {
    return version;
  }

  /** The log-odds of fraud before calibration; what {@link Learner} wants back with the outcome. */
  public double margin(float[] features) {
    return intercept + slope * Prior.logOdds(features) + trees.score(features);
  }

  /** The calibrated probability of fraud for a {@link #margin}. */
  public double probability(double margin) {
    return Logistic.probability(curve.at(margin));
  }

  /** What each feature adds to the log-odds, by place in the vector. */
  public double[] contributions(float[] features) {
    double[] sums = new double[Features.count()];
    Prior.contributions(features, slope, sums);
    trees.contributions(features, 1, sums);
    return sums;
  }

  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(1 << 15);
    out.putByte(FORMAT);
    out.putByte(Features.LAYOUT);
    out.putVarint(Features.count());
    out.putVarint(version);
    out.putDouble(intercept);
    out.putDouble(slope);
    trees.write(out);
    curve.write(out);
    return out.toBytes();
  }

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException when the bytes are not a model, or one for another layout of
   *     features
   */
  public static FraudModel fromBytes(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.getByte();
    int layout = in.getByte();
    long features = in.getVarint();
    if (format != FORMAT || layout != Features.LAYOUT || features != Features.count()) {
      throw new IllegalArgumentException(
          "a model of format "
              + format
              + " for "
              + features
              + " features of layout "
              + layout
              + ", known: format "
              + FORMAT
              + ", "
              + Features.count()
              + " features of layout "
              + Features.LAYOUT);
    }
    return new FraudModel(
        in.getVarint(),
        in.getDouble(),
        in.getDouble(),
        BoostedTrees.read(in, Features.count()),
        Calibration.Curve.read(in));
  }
}
