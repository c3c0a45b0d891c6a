package io.shopstream.streams.profile;

import io.shopstream.events.CatalogItem;
import io.shopstream.streams.profile.taste.ItemTraits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the catalogue says of the items that are touched now, in front of the catalogue's table:
 * looking there and decoding would cost more than the rest of a click. A change in the catalogue
 * counts for the events processed after {@link #FRESH}; what was counted before stays as it was. An
 * item that the catalogue does not know has no category and no brand; it is looked up again after
 * {@link #UNKNOWN_FOR}. Used by one thread.
 */
final class CatalogTraits {

  /** How long an answer of the table serves. */
  static final Duration FRESH = Duration.ofMinutes(1);

  /** The same where the table knew nothing. */
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);

  private static final int MAX_ITEMS = 50_000;

  private record Known(ItemTraits traits, long untilMs) {}

  private final Function<String, Optional<CatalogItem>> table;
  private final Map<String, Known> known =
      new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MAX_ITEMS;
        }
      };

  CatalogTraits(Function<String, Optional<CatalogItem>> table) {
    this.table = table;
  }

  /**
   * What the catalogue says of an item; null for no item.
   *
   * @param nowMs by the wall clock
   */
  ItemTraits of(String itemId, long nowMs) {
    if (itemId == null) {
      return ItemTraits.UNKNOWN;
    }
    var cached = known.get(itemId);
    if (cached == null || cached.untilMs <= nowMs) {
      var item = table.apply(itemId);
      var lasts = item.isPresent() ? FRESH : UNKNOWN_FOR;
      cached =
          new Known(
              item.map(CatalogTraits::traits).orElse(ItemTraits.UNKNOWN), nowMs + lasts.toMillis());
      known.put(itemId, cached);
    }
    return cached.traits;
  }

  private static ItemTraits traits(CatalogItem item) {
    var path = item.getCategoryPath();
    return ItemTraits.of(
        path.isEmpty() ? Optional.empty() : Optional.of(path.get(path.size() - 1)),
        Optional.ofNullable(item.getBrand()),
        Optional.ofNullable(item.getPriceMinor()));
  }
}
