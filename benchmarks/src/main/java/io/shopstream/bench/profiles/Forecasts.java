package io.shopstream.bench.profiles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Probabilities of churn beside what came of them. */
final class Forecasts {

  private static final int BINS = 10;

  /**
   * One customer.
   *
   * @param risk forecast probability that no order comes
   * @param stayedAway whether none came
   */
  private record Forecast(double risk, boolean stayedAway) {}

  private final List<Forecast> forecasts = new ArrayList<>();

  void add(double risk, boolean stayedAway) {
    forecasts.add(new Forecast(risk, stayedAway));
  }

  int size() {
    return forecasts.size();
  }

  /**
   * The chance that of two customers, one who stayed away and one who came back, the first had the
   * higher risk; equal ones count half (area under the ROC curve).
   */
  double auc() {
    var sorted = new ArrayList<>(forecasts);
    sorted.sort(Comparator.comparingDouble(Forecast::risk));
    var ranks = 0.0;
    var away = 0L;
    for (var from = 0; from < sorted.size(); ) {
      var to = from;
      while (to < sorted.size() && sorted.get(to).risk == sorted.get(from).risk) {
        to++;
      }
      for (var i = from; i < to; i++) {
        if (sorted.get(i).stayedAway) {
          ranks += (from + 1 + to) / 2.0;
          away++;
        }
      }
      from = to;
    }
    return (ranks - away * (away + 1) / 2.0) / ((double) away * (sorted.size() - away));
  }

  /** One line of the calibration table. */
  private record Bin(int customers, double forecast, double seen) {}

  private List<Bin> bins() {
    var bins = new ArrayList<Bin>();
    for (var bin = 0; bin < BINS; bin++) {
      var number = bin;
      var those =
          forecasts.stream()
              .filter(each -> Math.min(BINS - 1, (int) (each.risk * BINS)) == number)
              .toList();
      bins.add(
          new Bin(
              those.size(),
              those.stream().mapToDouble(Forecast::risk).average().orElse(0),
              those.stream().mapToDouble(each -> each.stayedAway ? 1 : 0).average().orElse(0)));
    }
    return bins;
  }

  /** Mean distance of forecast and seen over ten bins of equal width, weighted by customers. */
  double calibrationError() {
    return bins().stream()
            .mapToDouble(bin -> bin.customers * Math.abs(bin.forecast - bin.seen))
            .sum()
        / forecasts.size();
  }

  /** The calibration table, for people. */
  List<String> table() {
    var lines = new ArrayList<String>();
    lines.add("churn risk   customers  forecast   seen");
    var bins = bins();
    for (var i = 0; i < bins.size(); i++) {
      var bin = bins.get(i);
      if (bin.customers > 0) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%.1f to %.1f   %9d     %.3f  %.3f",
                i / (double) BINS,
                (i + 1) / (double) BINS,
                bin.customers,
                bin.forecast,
                bin.seen));
      }
    }
    return lines;
  }
}
