package io.shopstream.bench.fraud;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How good scores are.
 *
 * @param orders orders scored
 * @param frauds frauds among them
 * @param aucRoc area under the ROC curve; equal scores count half
 * @param averagePrecision Σ (recall gained) · precision over the distinct scores, highest first, as
 *     scikit-learn has it
 * @param cardPrecisionAt100 of the 100 parties with the highest score of a day, not caught on an
 *     earlier day, the share with a fraud that day; mean over days, as the Fraud Detection Handbook
 *     has it
 * @param recallAt1PctFpr share of the frauds found when at most 1 % of the sound orders are taken
 *     for frauds
 * @param calibrationError mean distance of probability and share of frauds over ten bins of equal
 *     width, weighted by orders
 */
record Quality(
    long orders,
    long frauds,
    double aucRoc,
    double averagePrecision,
    double cardPrecisionAt100,
    double recallAt1PctFpr,
    double calibrationError) {

  private static final long DAY_MS = 86_400_000;

  /**
   * A point of the curves: what happens when all orders with at least this score are taken for
   * frauds.
   */
  record Point(double score, double recall, double falsePositiveRate, double precision) {}

  /**
   * One bin of the calibration: orders said to be frauds with about this probability, and the share
   * that were.
   */
  record CalibrationBin(double said, double came, long orders) {}

  static Quality of(List<Scored> scored) {
    long frauds = scored.stream().filter(Scored::fraud).count();
    List<Point> points = points(scored);
    double auc = 0;
    double precisionSum = 0;
    double atOnePercent = 0;
    Point before = new Point(1, 0, 0, 1);
    for (Point point : points) {
      auc +=
          (point.falsePositiveRate - before.falsePositiveRate) * (point.recall + before.recall) / 2;
      precisionSum += (point.recall - before.recall) * point.precision;
      if (point.falsePositiveRate <= 0.01) {
        atOnePercent = point.recall;
      }
      before = point;
    }
    boolean both = frauds > 0 && frauds < scored.size();
    double calibration = 0;
    for (CalibrationBin bin : calibration(scored)) {
      calibration += Math.abs(bin.said - bin.came) * bin.orders / scored.size();
    }
    return new Quality(
        scored.size(),
        frauds,
        both ? auc : Double.NaN,
        frauds > 0 ? precisionSum : Double.NaN,
        cardPrecision(scored, 100),
        frauds > 0 ? atOnePercent : Double.NaN,
        calibration);
  }

  /** The mean of several test sets; the orders are added up. */
  static Quality mean(List<Quality> folds) {
    return new Quality(
        folds.stream().mapToLong(Quality::orders).sum(),
        folds.stream().mapToLong(Quality::frauds).sum(),
        folds.stream().mapToDouble(Quality::aucRoc).average().orElse(Double.NaN),
        folds.stream().mapToDouble(Quality::averagePrecision).average().orElse(Double.NaN),
        folds.stream().mapToDouble(Quality::cardPrecisionAt100).average().orElse(Double.NaN),
        folds.stream().mapToDouble(Quality::recallAt1PctFpr).average().orElse(Double.NaN),
        folds.stream().mapToDouble(Quality::calibrationError).average().orElse(Double.NaN));
  }

  /** The points of the curves, one a distinct score, highest score first. */
  static List<Point> points(List<Scored> scored) {
    List<Scored> sorted = new ArrayList<>(scored);
    sorted.sort(Comparator.comparingDouble(Scored::probability).reversed());
    long allFrauds = sorted.stream().filter(Scored::fraud).count();
    long allSound = sorted.size() - allFrauds;
    List<Point> points = new ArrayList<>();
    long frauds = 0;
    for (int i = 0; i < sorted.size(); i++) {
      frauds += sorted.get(i).fraud() ? 1 : 0;
      boolean last = i + 1 == sorted.size();
      if (last || sorted.get(i + 1).probability() != sorted.get(i).probability()) {
        points.add(
            new Point(
                sorted.get(i).probability(),
                (double) frauds / Math.max(1, allFrauds),
                (double) (i + 1 - frauds) / Math.max(1, allSound),
                (double) frauds / (i + 1)));
      }
    }
    return points;
  }

  /** Ten bins of equal width; the empty ones are left out. */
  static List<CalibrationBin> calibration(List<Scored> scored) {
    Map<Integer, double[]> bins = new TreeMap<>();
    for (Scored s : scored) {
      double[] bin =
          bins.computeIfAbsent((int) Math.min(9, s.probability() * 10), k -> new double[3]);
      bin[0] += s.probability();
      bin[1] += s.fraud() ? 1 : 0;
      bin[2]++;
    }
    return bins.values().stream()
        .map(bin -> new CalibrationBin(bin[0] / bin[2], bin[1] / bin[2], (long) bin[2]))
        .toList();
  }

  private static final class PartyOfDay {
    double highest;
    boolean fraud;
    final String party;

    PartyOfDay(String party) {
      this.party = party;
    }
  }

  private static double cardPrecision(List<Scored> scored, int top) {
    Map<Long, Map<String, PartyOfDay>> days = new TreeMap<>();
    for (Scored s : scored) {
      PartyOfDay party =
          days.computeIfAbsent(s.timeMs() / DAY_MS, d -> new HashMap<>())
              .computeIfAbsent(s.party(), PartyOfDay::new);
      party.highest = Math.max(party.highest, s.probability());
      party.fraud |= s.fraud();
    }
    Set<String> caught = new HashSet<>();
    double sum = 0;
    for (Map<String, PartyOfDay> day : days.values()) {
      List<PartyOfDay> ranked =
          day.values().stream()
              .filter(p -> !caught.contains(p.party))
              .sorted(
                  Comparator.comparingDouble((PartyOfDay p) -> -p.highest)
                      .thenComparing(p -> p.party))
              .limit(top)
              .toList();
      int hits = 0;
      for (PartyOfDay p : ranked) {
        if (p.fraud) {
          hits++;
          caught.add(p.party);
        }
      }
      sum += (double) hits / top;
    }
    return days.isEmpty() ? Double.NaN : sum / days.size();
  }
}
