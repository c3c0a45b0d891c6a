package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.Features;
import java.util.ArrayList;
import java.util.List;

/**
 * What is thought before the first outcome: a scorecard of what card-not-present fraud is known to
 * look like. Shared devices and cards, orders seconds after signing up, amounts out of the user's
 * habit, known frauds of a party. Points are log-odds, linear between the given values and level
 * outside them; together with the base they are the log-odds of fraud. The learned model starts
 * from this score and corrects it, so what it says is not lost where there is no data.
 */
public final class Prior {
  /** Log-odds of 1 %, a usual share of frauds in shops. */
  static final double BASE = -4.6;

  private static final class Line {
    private final int feature;
    private final float[] values;
    private final double[] points;

    Line(int feature, float[] values, double[] points) {
      this.feature = feature;
      this.values = values;
      this.points = points;
    }

    double at(float value) {
      if (Float.isNaN(value)) {
        return 0;
      }
      int last = values.length - 1;
      if (value <= values[0]) {
        return points[0];
      }
      for (int i = 1; i <= last; i++) {
        if (value < values[i]) {
          double part = (value - values[i - 1]) / (values[i] - values[i - 1]);
          return points[i - 1] + part * (points[i] - points[i - 1]);
        }
      }
      return points[last];
    }
  }

  private static final List<Line> LINES = lines();

  private Prior() {}

  private static List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    add(lines, "order.seconds_since_signup", 10, 3.5, 60, 2.5, 600, 1.0, 3600, 0.5, 86_400, 0);
    add(lines, "device.users_1d", 1, 0, 2, 1.2, 3, 2.4, 5, 4);
    add(lines, "device.users_30d", 1, 0, 2, 0.5, 4, 1.5, 8, 2.5);
    add(lines, "card.users_30d", 1, 0, 2, 1.5, 4, 3.5);
    add(lines, "email.users_30d", 1, 0, 2, 1.0, 4, 2.5);
    add(lines, "ip.users_1d", 1, 0, 2, 0.6, 5, 2.0, 10, 3.0);
    add(lines, "address.users_30d", 1, 0, 3, 0.5, 8, 2.0);
    add(lines, "user.cards_1d", 1, 0, 2, 0.7, 4, 2.5);
    add(lines, "user.amount_zscore", 2.5, 0, 4, 1.5, 8, 4);
    add(lines, "user.orders_10m", 1, 0, 4, 1.5);
    add(lines, "card.orders_10m", 1, 0, 4, 2.0);
    add(lines, "order.country_mismatch", 0, 0, 1, 0.7);
    add(lines, "order.night", 0, 0, 1, 0.2);
    for (String party : List.of("user", "card", "device", "email", "address")) {
      add(lines, party + ".known_frauds_30d", 0, 0, 1, 1.2, 3, 2.5);
    }
    add(lines, "ip.fraud_rate_30d", 0.05, 0, 0.5, 2.5);
    add(lines, "seller.fraud_rate_30d", 0.05, 0, 0.5, 3.0);
    return lines;
  }

  private static void add(List<Line> lines, String feature, double... valuesAndPoints) {
    int n = valuesAndPoints.length / 2;
    float[] values = new float[n];
    double[] points = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) valuesAndPoints[2 * i];
      points[i] = valuesAndPoints[2 * i + 1];
    }
    lines.add(new Line(Features.index(feature), values, points));
  }

  /** The log-odds of fraud. */
  public static double logOdds(float[] features) {
    double sum = BASE;
    for (Line line : LINES) {
      sum += line.at(features[line.feature]);
    }
    return sum;
  }

  /** Adds the points of each feature, times a factor, to {@code into}. */
  static void contributions(float[] features, double factor, double[] into) {
    for (Line line : LINES) {
      into[line.feature] += factor * line.at(features[line.feature]);
    }
  }
}
