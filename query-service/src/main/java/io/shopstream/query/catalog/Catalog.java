package io.shopstream.query.catalog;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.state.ItemHash;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The catalogue in memory, as the topic says; follows it within milliseconds. */
@Singleton
public final class Catalog {

  /**
   * Categories, brands and currencies are few: shared between items. By the writing thread only.
   */
  private static final int MOST_SHARED = 100_000;

  private final LongTable<Item> items = new LongTable<>();
  private final Map<List<String>, List<String>> categories = new HashMap<>();
  private final Map<String, String> words = new HashMap<>();

  /** An item; empty when the catalogue does not know it. */
  public Optional<Item> item(String itemId) {
    return Optional.ofNullable(items.get(ItemHash.of(itemId)));
  }

  /**
   * Whether an item may be recommended: not said to be unavailable. What the catalogue does not
   * know may be.
   *
   * @param itemHash as {@link ItemHash} makes it
   */
  public boolean recommendable(long itemHash) {
    var item = items.get(itemHash);
    return item == null || item.available();
  }

  /** Number of items. */
  public int size() {
    return items.size();
  }

  /** By one thread. */
  void put(CatalogItem item) {
    items.put(
        ItemHash.of(item.getItemId()),
        new Item(
            item.getItemId(),
            item.getTitle(),
            shared(item.getCategoryPath()),
            shared(item.getBrand()),
            item.getPriceMinor(),
            shared(item.getCurrency()),
            item.getAvailable(),
            item.getImageUrl(),
            item.getUpdatedTimeMs()));
  }

  /** By the same thread. */
  void remove(String itemId) {
    items.remove(ItemHash.of(itemId));
  }

  private List<String> shared(List<String> path) {
    var known = categories.get(path);
    if (known == null) {
      known = path.stream().map(this::shared).toList();
      if (categories.size() < MOST_SHARED) {
        categories.put(known, known);
      }
    }
    return known;
  }

  private String shared(String word) {
    if (word == null) {
      return null;
    }
    var known = words.get(word);
    if (known == null) {
      known = word;
      if (words.size() < MOST_SHARED) {
        words.put(word, word);
      }
    }
    return known;
  }
}
