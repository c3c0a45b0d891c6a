package io.shopstream.bench.recommendations;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The baseline: how often two different items occur in one session, in any order and as often as
 * they do, the best 20 kept for each item, asked with the last item alone (association rules, AR,
 * of session-rec: Ludewig, Jannach, «Evaluation of Session-based Recommendation Algorithms», 2018).
 */
final class LastItemCounts {
  private static final int KEPT = 20;

  private final Map<String, Map<String, Integer>> counts = new HashMap<>();
  private final Map<String, List<String>> best = new HashMap<>();

  LastItemCounts(List<Session> sessions) {
    for (var session : sessions) {
      var items = session.items();
      for (int later = 1; later < items.size(); later++) {
        for (int earlier = 0; earlier < later; earlier++) {
          if (!items.get(later).equals(items.get(earlier))) {
            count(items.get(earlier), items.get(later));
            count(items.get(later), items.get(earlier));
          }
        }
      }
    }
  }

  private void count(String item, String other) {
    counts.computeIfAbsent(item, key -> new HashMap<>()).merge(other, 1, Integer::sum);
  }

  /** At most 20 items, best first, ties by id. */
  List<String> recommend(List<String> prefix) {
    return best.computeIfAbsent(
        prefix.get(prefix.size() - 1),
        item ->
            counts.getOrDefault(item, Map.of()).entrySet().stream()
                .sorted(
                    Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(KEPT)
                .map(Map.Entry::getKey)
                .toList());
  }
}
