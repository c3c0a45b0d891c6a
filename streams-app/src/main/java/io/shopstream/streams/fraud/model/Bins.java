package io.shopstream.streams.fraud.model;

import java.util.Arrays;

/**
 * Cuts one feature into at most 255 bins of about equally many examples. Bin 0 holds the unknown; a
 * value is in bin b when it is above cut b-2 and at most cut b-1.
 */
final class Bins {
  static final int MOST = 255;

  private final float[] cuts;

  private Bins(float[] cuts) {
    this.cuts = cuts;
  }

  /**
   * @param values of one feature; NaN is unknown; is sorted in place
   */
  static Bins of(float[] values) {
    Arrays.sort(values);
    int known = values.length;
    while (known > 0 && Float.isNaN(values[known - 1])) {
      known--;
    }
    float[] cuts = new float[MOST - 2];
    int n = 0;
    int distinct = 0;
    for (int i = 0; i < known; i++) {
      distinct += i == 0 || values[i] != values[i - 1] ? 1 : 0;
    }
    double step = distinct < MOST - 1 ? 0 : (double) known / (MOST - 1);
    double next = step;
    for (int i = 1; i < known && n < cuts.length; i++) {
      if (values[i] != values[i - 1] && i >= next) {
        cuts[n++] = between(values[i - 1], values[i]);
        next = Math.max(next + step, step == 0 ? 0 : i + step / 2);
      }
    }
    return new Bins(Arrays.copyOf(cuts, n));
  }

  /** The middle of two values a < b, never b itself. */
  private static float between(float a, float b) {
    float middle = (float) (((double) a + b) / 2);
    return middle < b ? middle : a;
  }

  /** Number of bins, that of the unknown included. */
  int count() {
    return cuts.length + 2;
  }

  int bin(float value) {
    if (Float.isNaN(value)) {
      return 0;
    }
    int low = 0;
    int high = cuts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value <= cuts[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low + 1;
  }

  /** The threshold that keeps bins up to this one on the left. */
  float upper(int bin) {
    return bin - 1 < cuts.length ? cuts[bin - 1] : Float.POSITIVE_INFINITY;
  }
}
