package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.Features;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fits boosted trees to weighted examples in steps of some ten milliseconds, so that whoever fits
 * can do other things in between: first the examples are read and their features binned, some a
 * step, then each step grows a tree. Logistic loss, second-order gains (T. Chen, C. Guestrin,
 * «XGBoost», KDD 2016), histograms of binned features with the sibling by subtraction and
 * best-first growth (G. Ke et al., «LightGBM», NeurIPS 2017), a random part of the examples and
 * features a tree. Starts from a line over the prior score. The same examples in the same order and
 * the same seed give the same trees.
 */
final class Boosting {

  /**
   * How to fit.
   *
   * @param trees number of trees
   * @param leaves most leaves a tree
   * @param rate learning rate
   * @param ridge added to the second derivatives of a leaf (L2)
   * @param least least sum of second derivatives in a leaf
   * @param rowShare share of the examples a tree is grown on
   * @param featureShare share of the features a tree may ask
   */
  record Settings(
      int trees,
      int leaves,
      double rate,
      double ridge,
      double least,
      double rowShare,
      double featureShare) {}

  /** Rows of which bins are made, at least, when there are as many. */
  private static final int SAMPLED_ROWS = 20_000;

  private static final int ROWS_READ_A_STEP = 4_000;
  private static final int FEATURES_CUT_A_STEP = 8;
  private static final int ROWS_BINNED_A_STEP = 2_000;

  private final Settings settings;
  private final SplittableRandom random;
  private final int rows;
  private final int stride;
  private final Bins[] bins;
  // A feature's bins stand side by side, from feature · rows on. In one array, as the sample: a
  // collector moves what is small and young, and leaves an array of megabytes where it is.
  private final byte[] binned;
  private final boolean[] fraud;
  private final float[] weight;
  private final double[] margin;
  private final float[] gradient;
  private final float[] curvature;
  private final double[] prior;
  private final BoostedTrees model = BoostedTrees.growing();
  // What is being prepared; empty when that is done.
  private List<Reservoir.Weighted> examples;
  private final int sampledRows;
  private float[] sample;
  private int rowsRead;
  private int featuresCut;
  private int rowsBinned;
  private int[] asked = {};
  private boolean prepared;
  private double intercept;
  private double slope;

  Boosting(List<Reservoir.Weighted> examples, Settings settings, long seed) {
    this.settings = settings;
    this.examples = examples;
    random = new SplittableRandom(seed);
    rows = examples.size();
    stride = Math.max(1, rows / SAMPLED_ROWS);
    int features = Features.count();
    bins = new Bins[features];
    binned = new byte[Math.multiplyExact(features, rows)];
    fraud = new boolean[rows];
    weight = new float[rows];
    prior = new double[rows];
    margin = new double[rows];
    gradient = new float[rows];
    curvature = new float[rows];
    sampledRows = (rows + stride - 1) / stride;
    sample = new float[features * sampledRows];
  }

  boolean done() {
    return prepared && model.trees() >= settings.trees();
  }

  /** Does one more piece. */
  void step() {
    if (rowsRead < rows) {
      readRows();
    } else if (featuresCut < bins.length) {
      cutFeatures();
    } else if (rowsBinned < rows) {
      binRows();
    } else if (!prepared) {
      fitLine();
    } else {
      growTree();
    }
  }

  private void readRows() {
    int end = Math.min(rows, rowsRead + ROWS_READ_A_STEP);
    for (int row = rowsRead; row < end; row++) {
      Reservoir.Weighted example = examples.get(row);
      float[] x = Features.fromBytes(example.example().features());
      fraud[row] = example.example().fraud();
      weight[row] = (float) example.weight();
      prior[row] = Prior.logOdds(x);
      if (row % stride == 0) {
        for (int f = 0; f < bins.length; f++) {
          sample[f * sampledRows + row / stride] = x[f];
        }
      }
    }
    rowsRead = end;
  }

  private void cutFeatures() {
    int end = Math.min(bins.length, featuresCut + FEATURES_CUT_A_STEP);
    for (int f = featuresCut; f < end; f++) {
      float[] values = Arrays.copyOfRange(sample, f * sampledRows, (f + 1) * sampledRows);
      Bins cut = Bins.of(values);
      boolean someUnknown = Float.isNaN(values[values.length - 1]);
      boolean someKnown = !Float.isNaN(values[0]);
      if (cut.count() > 2 || (someUnknown && someKnown)) {
        bins[f] = cut;
        asked = Arrays.copyOf(asked, asked.length + 1);
        asked[asked.length - 1] = f;
      }
    }
    featuresCut = end;
  }

  private void binRows() {
    sample = new float[0];
    int end = Math.min(rows, rowsBinned + ROWS_BINNED_A_STEP);
    for (int row = rowsBinned; row < end; row++) {
      float[] x = Features.fromBytes(examples.get(row).example().features());
      for (int f : asked) {
        binned[f * rows + row] = (byte) bins[f].bin(x[f]);
      }
    }
    rowsBinned = end;
  }

  private void fitLine() {
    examples = List.of();
    double[] line = PriorLine.fit(prior, fraud, weight);
    intercept = line[0];
    slope = line[1];
    for (int row = 0; row < rows; row++) {
      margin[row] = intercept + slope * prior[row];
    }
    prepared = true;
  }

  double intercept() {
    return intercept;
  }

  double slope() {
    return slope;
  }

  BoostedTrees trees() {
    return model;
  }

  private void growTree() {
    for (int row = 0; row < rows; row++) {
      double p = Logistic.probability(margin[row]);
      gradient[row] = (float) (weight[row] * (p - (fraud[row] ? 1 : 0)));
      curvature[row] = (float) (weight[row] * Math.max(1e-6, p * (1 - p)));
    }
    int[] sampled = new int[rows];
    int[] others = new int[rows];
    int in = 0;
    int out = 0;
    for (int row = 0; row < rows; row++) {
      if (random.nextDouble() < settings.rowShare()) {
        sampled[in++] = row;
      } else {
        others[out++] = row;
      }
    }
    new Tree(chooseFeatures(), sampled, in, others, out).grow();
  }

  private int[] chooseFeatures() {
    int[] shuffled = asked.clone();
    int wanted =
        Math.max(Math.min(4, asked.length), (int) (asked.length * settings.featureShare()));
    for (int i = 0; i < wanted; i++) {
      int j = i + random.nextInt(shuffled.length - i);
      int swap = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swap;
    }
    int[] chosen = Arrays.copyOf(shuffled, wanted);
    Arrays.sort(chosen);
    return chosen;
  }

  /** A leaf that may still be split. The rows of a leaf lie side by side in an array. */
  private static final class Leaf {
    int node;
    int from;
    int to;
    int otherFrom;
    int otherTo;
    double[] histogram;
    double gradientSum;
    double curvatureSum;
    double gain;
    int feature = -1;
    int bin;
    boolean unknownLeft;
    double leftGradient;
    double leftCurvature;
  }

  private final class Tree {
    private final int[] features;
    private final int[] offset;
    private final int histogramSize;
    private final int[] rowsIn;
    private final int[] rowsOut;
    private final int inCount;
    private final int outCount;
    private final int[] spare;

    Tree(int[] features, int[] rowsIn, int inCount, int[] rowsOut, int outCount) {
      this.features = features;
      this.rowsIn = rowsIn;
      this.inCount = inCount;
      this.rowsOut = rowsOut;
      this.outCount = outCount;
      spare = new int[rows];
      offset = new int[features.length];
      int size = 0;
      for (int i = 0; i < features.length; i++) {
        offset[i] = size;
        size += 2 * bins[features[i]].count();
      }
      histogramSize = size;
    }

    void grow() {
      Leaf root = new Leaf();
      root.to = inCount;
      root.otherTo = outCount;
      root.histogram = new double[histogramSize];
      count(root);
      for (int i = 0; i < inCount; i++) {
        root.gradientSum += gradient[rowsIn[i]];
        root.curvatureSum += curvature[rowsIn[i]];
      }
      root.node = model.plant(value(root.gradientSum, root.curvatureSum));
      findSplit(root);
      Leaf[] leaves = new Leaf[settings.leaves()];
      leaves[0] = root;
      int size = 1;
      while (size < settings.leaves()) {
        int best = 0;
        for (int i = 1; i < size; i++) {
          if (leaves[i].gain > leaves[best].gain) {
            best = i;
          }
        }
        if (leaves[best].feature < 0) {
          break;
        }
        Leaf[] children = split(leaves[best]);
        leaves[best] = children[0];
        leaves[size++] = children[1];
      }
      for (int i = 0; i < size; i++) {
        Leaf leaf = leaves[i];
        double value = value(leaf.gradientSum, leaf.curvatureSum);
        for (int r = leaf.from; r < leaf.to; r++) {
          margin[rowsIn[r]] += value;
        }
        for (int r = leaf.otherFrom; r < leaf.otherTo; r++) {
          margin[rowsOut[r]] += value;
        }
      }
    }

    private double value(double g, double h) {
      return -settings.rate() * g / (h + settings.ridge());
    }

    private void count(Leaf leaf) {
      double[] histogram = leaf.histogram;
      for (int i = 0; i < features.length; i++) {
        int column = features[i] * rows;
        int start = offset[i];
        for (int r = leaf.from; r < leaf.to; r++) {
          int row = rowsIn[r];
          int at = start + 2 * (binned[column + row] & 0xFF);
          histogram[at] += gradient[row];
          histogram[at + 1] += curvature[row];
        }
      }
    }

    private void findSplit(Leaf leaf) {
      leaf.feature = -1;
      leaf.gain = 1e-9;
      double whole = gain(leaf.gradientSum, leaf.curvatureSum);
      for (int i = 0; i < features.length; i++) {
        int count = bins[features[i]].count();
        double unknownG = leaf.histogram[offset[i]];
        double unknownH = leaf.histogram[offset[i] + 1];
        double g = 0;
        double h = 0;
        for (int bin = 1; bin < count; bin++) {
          g += leaf.histogram[offset[i] + 2 * bin];
          h += leaf.histogram[offset[i] + 2 * bin + 1];
          if (bin < count - 1 || unknownH > 0) {
            consider(leaf, i, bin, true, g + unknownG, h + unknownH, whole);
            if (unknownH > 0) {
              consider(leaf, i, bin, false, g, h, whole);
            }
          }
        }
      }
    }

    private void consider(
        Leaf leaf, int i, int bin, boolean unknownLeft, double g, double h, double whole) {
      double restH = leaf.curvatureSum - h;
      if (h < settings.least() || restH < settings.least()) {
        return;
      }
      double gained = gain(g, h) + gain(leaf.gradientSum - g, restH) - whole;
      if (gained > leaf.gain) {
        leaf.gain = gained;
        leaf.feature = features[i];
        leaf.bin = bin;
        leaf.unknownLeft = unknownLeft;
        leaf.leftGradient = g;
        leaf.leftCurvature = h;
      }
    }

    private double gain(double g, double h) {
      return g * g / (h + settings.ridge());
    }

    private Leaf[] split(Leaf leaf) {
      Leaf a = new Leaf();
      Leaf b = new Leaf();
      a.gradientSum = leaf.leftGradient;
      a.curvatureSum = leaf.leftCurvature;
      b.gradientSum = leaf.gradientSum - a.gradientSum;
      b.curvatureSum = leaf.curvatureSum - a.curvatureSum;
      a.node =
          model.split(
              leaf.node,
              leaf.feature,
              bins[leaf.feature].upper(leaf.bin),
              leaf.unknownLeft,
              value(a.gradientSum, a.curvatureSum),
              value(b.gradientSum, b.curvatureSum));
      b.node = a.node + 1;
      int middle = partition(rowsIn, leaf.from, leaf.to, leaf);
      a.from = leaf.from;
      a.to = middle;
      b.from = middle;
      b.to = leaf.to;
      int otherMiddle = partition(rowsOut, leaf.otherFrom, leaf.otherTo, leaf);
      a.otherFrom = leaf.otherFrom;
      a.otherTo = otherMiddle;
      b.otherFrom = otherMiddle;
      b.otherTo = leaf.otherTo;
      Leaf small = a.to - a.from <= b.to - b.from ? a : b;
      Leaf large = small == a ? b : a;
      small.histogram = new double[histogramSize];
      count(small);
      large.histogram = leaf.histogram;
      for (int i = 0; i < histogramSize; i++) {
        large.histogram[i] -= small.histogram[i];
      }
      findSplit(a);
      findSplit(b);
      return new Leaf[] {a, b};
    }

    private int partition(int[] order, int from, int to, Leaf leaf) {
      int column = leaf.feature * rows;
      int kept = from;
      int moved = 0;
      for (int r = from; r < to; r++) {
        int row = order[r];
        int bin = binned[column + row] & 0xFF;
        if (bin == 0 ? leaf.unknownLeft : bin <= leaf.bin) {
          order[kept++] = row;
        } else {
          spare[moved++] = row;
        }
      }
      System.arraycopy(spare, 0, order, kept, moved);
      return kept;
    }
  }
}
