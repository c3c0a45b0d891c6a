package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import java.util.Arrays;

/**
 * A sum of decision trees over the features. All nodes of all trees lie in flat arrays: a feature
 * below 0 is a leaf, the children of a node lie side by side, the value of an inner node is what
 * would be said there if the tree ended.
 */
final class BoostedTrees {
  static final BoostedTrees NONE = new BoostedTrees(0, 0);

  private int[] feature;
  private float[] threshold;
  private int[] left;
  private float[] value;
  private boolean[] unknownLeft;
  private int[] roots;
  private int nodes;
  private int trees;

  private BoostedTrees(int nodes, int trees) {
    feature = new int[nodes];
    threshold = new float[nodes];
    left = new int[nodes];
    value = new float[nodes];
    unknownLeft = new boolean[nodes];
    roots = new int[trees];
  }

  static BoostedTrees growing() {
    return new BoostedTrees(256, 32);
  }

  int trees() {
    return trees;
  }

  /** Begins a tree and gives its root. */
  int plant(double rootValue) {
    if (trees == roots.length) {
      roots = Arrays.copyOf(roots, trees * 2 + 1);
    }
    ensure(1);
    roots[trees++] = nodes;
    return leaf(rootValue);
  }

  private int leaf(double leafValue) {
    feature[nodes] = -1;
    value[nodes] = (float) leafValue;
    return nodes++;
  }

  private void ensure(int more) {
    if (nodes + more > feature.length) {
      int capacity = Math.max(nodes + more, feature.length * 2);
      feature = Arrays.copyOf(feature, capacity);
      threshold = Arrays.copyOf(threshold, capacity);
      left = Arrays.copyOf(left, capacity);
      value = Arrays.copyOf(value, capacity);
      unknownLeft = Arrays.copyOf(unknownLeft, capacity);
    }
  }

  /**
   * Splits a leaf: values up to the threshold go left.
   *
   * @return the left child; the right one follows it
   */
  int split(
      int node,
      int splitFeature,
      float splitThreshold,
      boolean splitUnknownLeft,
      double leftValue,
      double rightValue) {
    ensure(2);
    feature[node] = splitFeature;
    threshold[node] = splitThreshold;
    unknownLeft[node] = splitUnknownLeft;
    left[node] = nodes;
    leaf(leftValue);
    leaf(rightValue);
    return left[node];
  }

  private int next(int node, float x) {
    boolean goLeft = Float.isNaN(x) ? unknownLeft[node] : x <= threshold[node];
    return goLeft ? left[node] : left[node] + 1;
  }

  double score(float[] features) {
    double sum = 0;
    for (int t = 0; t < trees; t++) {
      int node = roots[t];
      while (feature[node] >= 0) {
        node = next(node, features[feature[node]]);
      }
      sum += value[node];
    }
    return sum;
  }

  /**
   * Adds to {@code into} what each feature contributes to the score: at every node on the way down
   * the change of the node's value is put down to the feature that was asked (A. Saabas,
   * «Interpreting random forests», 2014).
   */
  void contributions(float[] features, double factor, double[] into) {
    for (int t = 0; t < trees; t++) {
      int node = roots[t];
      while (feature[node] >= 0) {
        int next = next(node, features[feature[node]]);
        into[feature[node]] += factor * (value[next] - value[node]);
        node = next;
      }
    }
  }

  void write(ByteWriter out) {
    out.putVarint(trees);
    out.putVarint(nodes);
    for (int t = 0; t < trees; t++) {
      out.putVarint(roots[t]);
    }
    for (int n = 0; n < nodes; n++) {
      out.putVarint(feature[n] < 0 ? 0 : (long) (feature[n] + 1) << 1 | (unknownLeft[n] ? 1 : 0));
      out.putFloat(value[n]);
      if (feature[n] >= 0) {
        out.putFloat(threshold[n]);
        out.putVarint(left[n]);
      }
    }
  }

  static BoostedTrees read(ByteReader in, int features) {
    int trees = in.getCount();
    int nodes = in.getCount();
    BoostedTrees result = new BoostedTrees(nodes, trees);
    result.trees = trees;
    result.nodes = nodes;
    for (int t = 0; t < trees; t++) {
      result.roots[t] = inside(in.getVarint(), nodes);
    }
    for (int n = 0; n < nodes; n++) {
      long asked = in.getVarint();
      result.value[n] = in.getFloat();
      if (asked == 0) {
        result.feature[n] = -1;
      } else {
        result.feature[n] = inside((asked >>> 1) - 1, features);
        result.unknownLeft[n] = (asked & 1) != 0;
        result.threshold[n] = in.getFloat();
        result.left[n] = inside(in.getVarint(), nodes - 1);
        if (result.left[n] <= n) {
          throw new IllegalArgumentException("a tree of the model runs in a circle");
        }
      }
    }
    return result;
  }

  private static int inside(long value, int limit) {
    if (value < 0 || value >= limit) {
      throw new IllegalArgumentException("a tree of the model points to nothing");
    }
    return (int) value;
  }
}
