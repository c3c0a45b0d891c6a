package io.shopstream.bench.profiles;

import io.shopstream.streams.profile.value.PurchaseRhythm;
import io.shopstream.streams.profile.value.PurchaseRhythm.Customers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds what the customers of a shop have in common by maximum likelihood (Fader, Hardie, Lee 2005,
 * equation 6) with the simplex search of Nelder and Mead (1965), over the logarithms of the
 * parameters.
 */
final class RhythmFit {

  private static final int PARAMETERS = 4;
  private static final int ITERATIONS = 1_000;
  private static final double PRECISION = 1e-9;

  /** Parameters stay between e^-7 and e^7: at a bound the model has more freedom than the data. */
  private static final double BOUND = 7;

  private final List<PurchaseRhythm> rhythms;
  private final long nowMs;

  /**
   * @param nowMs when the rhythms were looked at
   */
  RhythmFit(List<PurchaseRhythm> rhythms, long nowMs) {
    this.rhythms = rhythms;
    this.nowMs = nowMs;
  }

  Customers fit() {
    var simplex = new double[PARAMETERS + 1][];
    for (var i = 0; i <= PARAMETERS; i++) {
      simplex[i] =
          new double[] {Math.log(0.7), Math.log(60), Math.log(0.5), Math.log(3), Double.NaN};
      if (i > 0) {
        simplex[i][i - 1] += 0.8;
      }
      simplex[i] = valued(simplex[i]);
    }
    var byValue = Comparator.<double[]>comparingDouble(point -> point[PARAMETERS]);
    for (var iteration = 0; iteration < ITERATIONS; iteration++) {
      Arrays.sort(simplex, byValue);
      if (simplex[PARAMETERS][PARAMETERS] - simplex[0][PARAMETERS] < PRECISION) {
        break;
      }
      step(simplex);
    }
    Arrays.sort(simplex, byValue);
    return customers(simplex[0]);
  }

  private void step(double[][] simplex) {
    var worst = simplex[PARAMETERS];
    var centre = new double[PARAMETERS + 1];
    for (var i = 0; i < PARAMETERS; i++) {
      for (var d = 0; d < PARAMETERS; d++) {
        centre[d] += simplex[i][d] / PARAMETERS;
      }
    }
    var reflected = towards(centre, worst, -1);
    if (reflected[PARAMETERS] < simplex[0][PARAMETERS]) {
      var expanded = towards(centre, worst, -2);
      simplex[PARAMETERS] = better(expanded, reflected);
    } else if (reflected[PARAMETERS] < simplex[PARAMETERS - 1][PARAMETERS]) {
      simplex[PARAMETERS] = reflected;
    } else {
      var contracted = towards(centre, better(reflected, worst), 0.5);
      if (contracted[PARAMETERS] < worst[PARAMETERS]) {
        simplex[PARAMETERS] = contracted;
      } else {
        for (var i = 1; i <= PARAMETERS; i++) {
          simplex[i] = towards(simplex[0], simplex[i], 0.5);
        }
      }
    }
  }

  private static double[] better(double[] one, double[] other) {
    return one[PARAMETERS] <= other[PARAMETERS] ? one : other;
  }

  private double[] towards(double[] from, double[] to, double part) {
    var point = new double[PARAMETERS + 1];
    for (var d = 0; d < PARAMETERS; d++) {
      point[d] = from[d] + part * (to[d] - from[d]);
    }
    return valued(point);
  }

  private double[] valued(double[] point) {
    for (var d = 0; d < PARAMETERS; d++) {
      point[d] = Math.max(-BOUND, Math.min(BOUND, point[d]));
    }
    point[PARAMETERS] = -meanLogLikelihood(customers(point));
    return point;
  }

  private static Customers customers(double[] logarithms) {
    var p = IntStream.range(0, PARAMETERS).mapToDouble(d -> Math.exp(logarithms[d])).toArray();
    return new Customers(p[0], p[1], p[2], p[3]);
  }

  /** Mean over customers of the logarithm of the likelihood. */
  double meanLogLikelihood(Customers customers) {
    return rhythms.stream()
        .mapToDouble(rhythm -> logLikelihood(customers, rhythm))
        .average()
        .orElseThrow();
  }

  private double logLikelihood(Customers c, PurchaseRhythm rhythm) {
    var x = rhythm.repeats();
    var rate = logGamma(c.r() + x) - logGamma(c.r()) + c.r() * Math.log(c.alpha());
    var leaving =
        logGamma(c.a() + c.b())
            + logGamma(c.b() + x)
            - logGamma(c.b())
            - logGamma(c.a() + c.b() + x);
    var stayed = -(c.r() + x) * Math.log(c.alpha() + rhythm.age(nowMs));
    if (x == 0) {
      return rate + leaving + stayed;
    }
    var left =
        Math.log(c.a())
            - Math.log(c.b() + x - 1)
            - (c.r() + x) * Math.log(c.alpha() + rhythm.recency());
    var larger = Math.max(stayed, left);
    return rate + leaving + larger + Math.log(Math.exp(stayed - larger) + Math.exp(left - larger));
  }

  /** Logarithm of the gamma function for arguments above 0: Stirling's series, shifted up to 10. */
  static double logGamma(double argument) {
    var shift = 0.0;
    var z = argument;
    for (; z < 10; z++) {
      shift -= Math.log(z);
    }
    var inverse = 1 / (z * z);
    var series = (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse / 1680))) / z;
    return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
  }
}
