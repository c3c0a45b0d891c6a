package io.shopstream.bench.chaos;

import io.shopstream.events.PairKind;
import io.shopstream.events.UserProfile;
import io.shopstream.events.state.NeighbourRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what is held with what should be, count by count. */
final class Reckoning {

  private static final int MOST_EXAMPLES = 5;

  /**
   * The differences.
   *
   * @param counts how many counts were compared
   * @param lost what is missing, all counts together
   * @param twice what is too much, all counts together
   * @param examples some of them, in words
   */
  record Difference(long counts, long lost, long twice, List<String> examples) {
    boolean none() {
      return lost == 0 && twice == 0;
    }
  }

  private final List<String> examples = new ArrayList<>();
  private long counts;
  private long lost;
  private long twice;

  private Reckoning() {}

  /**
   * Compares rows of all items, profiles of some visitors, scores of all orders, and dead letters.
   *
   * @throws IOException when something cannot be read just now
   */
  static Difference compare(
      Recount expected, Held held, Set<String> visitors, Set<String> acknowledged)
      throws IOException {
    var one = new Reckoning();
    one.rows(expected.viewed, expected.viewedTogether, held, PairKind.VIEWED);
    one.rows(expected.bought, expected.boughtTogether, held, PairKind.BOUGHT);
    one.profiles(expected, held.profiles(visitors), visitors);
    for (var order : expected.orders) {
      one.count("score of " + order, 1, expected.scores.getOrDefault(order, 0));
    }
    one.count("dead letters", expected.rejected, expected.deadLetters);
    for (var id : acknowledged) {
      one.count("acknowledged " + id, 1, expected.ids.contains(id) ? 1 : 0);
    }
    return new Difference(one.counts, one.lost, one.twice, one.examples);
  }

  private void rows(
      Map<String, Long> items, Map<String, Map<String, Integer>> pairs, Held held, PairKind kind)
      throws IOException {
    var rows = held.rows(kind, items.keySet());
    for (var item : items.entrySet()) {
      var row = rows.getOrDefault(item.getKey(), NeighbourRow.EMPTY);
      count(kind + " " + item.getKey(), item.getValue(), row.support());
      var got = new HashMap<String, Integer>();
      for (var k = 0; k < row.size(); k++) {
        got.put(row.neighbourId(k), row.neighbourSupport(k));
      }
      var wanted = pairs.getOrDefault(item.getKey(), Map.of());
      var others = new HashSet<>(wanted.keySet());
      others.addAll(got.keySet());
      for (var other : others) {
        count(
            kind + " " + item.getKey() + " with " + other,
            wanted.getOrDefault(other, 0),
            got.getOrDefault(other, 0));
      }
    }
  }

  private void profiles(Recount expected, Map<String, UserProfile> held, Set<String> visitors) {
    for (var id : visitors) {
      var wanted = expected.visitors.get(id);
      var got = held.get(id);
      count("views of " + id, wanted.views, got == null ? 0 : got.getViews());
      count("baskets of " + id, wanted.carts, got == null ? 0 : got.getCarts());
      count("orders of " + id, wanted.orders, got == null ? 0 : got.getOrders());
    }
  }

  private void count(String what, long wanted, long got) {
    counts++;
    if (wanted != got) {
      lost += Math.max(0, wanted - got);
      twice += Math.max(0, got - wanted);
      if (examples.size() < MOST_EXAMPLES) {
        examples.add("%s: %d instead of %d".formatted(what, got, wanted));
      }
    }
  }
}
