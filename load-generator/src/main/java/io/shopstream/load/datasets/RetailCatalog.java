package io.shopstream.load.datasets;

import java.util.HashMap;
import java.util.Map;

/**
 * What the invoices say of each item. An item is described in several ways and sold at several
 * prices: the most frequent description and price count, of equally frequent ones the newest.
 * Memory grows with the number of items, not with the number of lines.
 */
final class RetailCatalog {

  /**
   * One item.
   *
   * @param title most frequent description; the stock code when there is none
   * @param pricePence most frequent price of one piece in pence
   */
  record Item(String title, long pricePence) {}

  private final Map<String, Votes> votes = new HashMap<>();
  private long turn;

  /** Counts the lines of an invoice. */
  void add(Invoice invoice) {
    for (var line : invoice.lines()) {
      turn++;
      var item = votes.computeIfAbsent(line.itemId(), id -> new Votes());
      if (!line.description().isEmpty()) {
        item.titles.computeIfAbsent(line.description(), title -> new Vote()).cast(turn);
      }
      item.prices.computeIfAbsent(line.pricePence(), price -> new Vote()).cast(turn);
    }
  }

  /** The items by id, as of the invoices counted so far. */
  Map<String, Item> items() {
    var items = new HashMap<String, Item>();
    votes.forEach(
        (id, item) -> items.put(id, new Item(winner(item.titles, id), winner(item.prices, 0L))));
    return Map.copyOf(items);
  }

  private static <T> T winner(Map<T, Vote> candidates, T otherwise) {
    return candidates.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(otherwise);
  }

  private static final class Votes {
    private final Map<String, Vote> titles = new HashMap<>();
    private final Map<Long, Vote> prices = new HashMap<>();
  }

  /** Count, then age: two votes are never cast in the same turn. */
  private static final class Vote implements Comparable<Vote> {
    private long count;
    private long last;

    void cast(long turn) {
      count++;
      last = turn;
    }

    @Override
    public int compareTo(Vote other) {
      return count != other.count
          ? Long.compare(count, other.count)
          : Long.compare(last, other.last);
    }
  }
}
