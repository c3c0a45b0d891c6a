package io.shopstream.bench.recommendations;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Means over examples of the first {@value #LENGTH} recommendations. Hit rate and reciprocal rank
 * ask for the next click; precision, recall and average precision for all that remained of the
 * session, as session-rec defines them (its average precision divides each precision by {@value
 * #LENGTH}).
 */
final class Quality {
  static final int LENGTH = 20;

  private final Map<String, Integer> trainingClicks;
  private final int mostClicks;
  private final Set<String> recommended = new HashSet<>();
  private final long[] hitsByRank = new long[LENGTH];
  private long examples;
  private double reciprocalRanks;
  private double precision;
  private double recall;
  private double averagePrecision;
  private double popularity;
  private long popularityCount;

  /**
   * @param trainingClicks clicks of each item in the training data
   */
  Quality(Map<String, Integer> trainingClicks) {
    this.trainingClicks = trainingClicks;
    this.mostClicks = trainingClicks.values().stream().mapToInt(Integer::intValue).max().orElse(1);
  }

  void add(List<String> ranking, List<String> remaining) {
    examples++;
    int rank = ranking.indexOf(remaining.get(0));
    if (rank >= 0) {
      hitsByRank[rank]++;
      reciprocalRanks += 1.0 / (rank + 1);
    }
    var relevant = new HashSet<>(remaining);
    int found = 0;
    double precisions = 0;
    for (int at = 0; at < ranking.size(); at++) {
      if (relevant.contains(ranking.get(at))) {
        found++;
        precisions += (double) found / LENGTH;
      }
      popularity += (double) trainingClicks.getOrDefault(ranking.get(at), 0) / mostClicks;
    }
    popularityCount += ranking.size();
    precision += (double) found / LENGTH;
    recall += (double) found / relevant.size();
    averagePrecision += precisions / relevant.size();
    recommended.addAll(ranking);
  }

  long examples() {
    return examples;
  }

  double hitRate() {
    return hitRate(LENGTH);
  }

  /** Share of examples whose target is among the first recommendations. */
  double hitRate(int length) {
    long hits = 0;
    for (int rank = 0; rank < length; rank++) {
      hits += hitsByRank[rank];
    }
    return (double) hits / Math.max(1, examples);
  }

  double reciprocalRank() {
    return reciprocalRanks / Math.max(1, examples);
  }

  double precision() {
    return precision / Math.max(1, examples);
  }

  double recall() {
    return recall / Math.max(1, examples);
  }

  double averagePrecision() {
    return averagePrecision / Math.max(1, examples);
  }

  /** Share of the training items that were ever recommended. */
  double coverage() {
    return (double) recommended.size() / Math.max(1, trainingClicks.size());
  }

  /** Mean of the training clicks of what was recommended, over those of the most clicked item. */
  double popularity() {
    return popularity / Math.max(1, popularityCount);
  }
}
