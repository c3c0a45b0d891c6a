package io.shopstream.query.catalog;

import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.CatalogItem;
import io.shopstream.events.state.ItemHash;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The catalogue in memory, as the topic says; follows it within milliseconds. */
@Singleton
public final class Catalog {

  /**
   * Categories, brands and currencies are few: shared between items. By the writing thread only.
   */
  private static final int MOST_SHARED = 100_000;

  private final LongTable<Item> items = new LongTable<>();
  private final ContentIndex content = new ContentIndex();
  private final AtomicLong version = new AtomicLong();
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

  /**
   * An item by its hash, or null when the catalogue does not know it: for paths that visit many.
   *
   * @param itemHash as {@link ItemHash} makes it
   */
  @Nullable
  public Item find(long itemHash) {
    return items.get(itemHash);
  }

  /** What items are alike by what the catalogue says of them. */
  public ContentIndex content() {
    return content;
  }

  /** Changes when an item does. */
  long version() {
    return version.get();
  }

  /** Visits every item, in no order. */
  void forEach(Consumer<Item> visitor) {
    items.forEach(visitor);
  }

  /** Number of items. */
  public int size() {
    return items.size();
  }

  /** By one thread. */
  void put(CatalogItem item) {
    var now =
        new Item(
            item.getItemId(),
            item.getTitle(),
            shared(item.getCategoryPath()),
            shared(item.getBrand()),
            item.getPriceMinor(),
            shared(item.getCurrency()),
            item.getAvailable(),
            item.getImageUrl(),
            item.getUpdatedTimeMs());
    var hash = ItemHash.of(now.itemId());
    items.put(hash, now);
    version.incrementAndGet();
    content.put(hash, now.itemId(), now.title(), now.categoryPath(), now.brand(), now.priceMinor());
  }

  /** By the same thread. */
  void remove(String itemId) {
    var hash = ItemHash.of(itemId);
    items.remove(hash);
    version.incrementAndGet();
    content.remove(hash);
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
