package io.shopstream.load.synthetic;

import java.util.SplittableRandom;

/**
 * Draws from a fixed discrete distribution in constant time: the alias method in the form of M. D.
 * Vose, «A linear algorithm for generating random numbers with a given distribution», IEEE
 * Transactions on Software Engineering 17 (9), 1991.
 */
final class AliasTable {

  private final double[] threshold;
  private final int[] alias;

  private AliasTable(double[] threshold, int[] alias) {
    this.threshold = threshold;
    this.alias = alias;
  }

  /**
   * Zipf's law: the probability of outcome k of n is proportional to (k+1)^-skew.
   *
   * @param outcomes n, 1 or more
   * @param skew exponent, 0 (all alike) or more
   */
  static AliasTable zipf(int outcomes, double skew) {
    var weights = new double[outcomes];
    for (var k = 0; k < outcomes; k++) {
      weights[k] = Math.pow(k + 1.0, -skew);
    }
    return of(weights);
  }

  /**
   * Any distribution.
   *
   * @param weights in proportion to the probabilities, 0 or more, not all 0; overwritten
   */
  static AliasTable of(double[] weights) {
    var n = weights.length;
    var sum = 0.0;
    for (var weight : weights) {
      sum += weight;
    }
    var small = new int[n];
    var large = new int[n];
    var smalls = 0;
    var larges = 0;
    for (var k = 0; k < n; k++) {
      weights[k] *= n / sum;
      if (weights[k] < 1) {
        small[smalls++] = k;
      } else {
        large[larges++] = k;
      }
    }
    var threshold = new double[n];
    var alias = new int[n];
    while (smalls > 0 && larges > 0) {
      var low = small[--smalls];
      var high = large[--larges];
      threshold[low] = weights[low];
      alias[low] = high;
      weights[high] -= 1 - weights[low];
      if (weights[high] < 1) {
        small[smalls++] = high;
      } else {
        large[larges++] = high;
      }
    }
    // What is left is 1 but for rounding.
    while (larges > 0) {
      threshold[large[--larges]] = 1;
    }
    while (smalls > 0) {
      threshold[small[--smalls]] = 1;
    }
    return new AliasTable(threshold, alias);
  }

  /** An outcome, 0 to n-1. */
  int draw(SplittableRandom random) {
    var column = random.nextInt(alias.length);
    return random.nextDouble() < threshold[column] ? column : alias[column];
  }
}
