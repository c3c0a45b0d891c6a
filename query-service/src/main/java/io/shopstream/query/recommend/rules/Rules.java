package io.shopstream.query.recommend.rules;

import io.shopstream.query.catalog.Item;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a shop asks of one answer.
 *
 * @param limit most items, 1 or more
 * @param exclude items that must not be shown
 * @param excludeBought whether items that the user bought lately must not be shown
 * @param onlyAvailable whether items that the catalogue says cannot be bought are left out
 * @param categories any of which, at any level, an item must be in; empty for no such rule
 * @param brands any of which an item must be of; empty for no such rule
 * @param minPriceMinor least price in minor units; null for no such rule
 * @param maxPriceMinor highest price in minor units; null for no such rule
 * @param boosts that lift or bury
 * @param diversity how much an item loses that is like those above it, 0 to 1; empty for what the
 *     strategy says
 * @param maxPerBrand most items of one brand
 * @param maxCategoryShare most of the answer that one (narrowest) category may take, above 0 to 1
 */
public record Rules(
    int limit,
    List<String> exclude,
    boolean excludeBought,
    boolean onlyAvailable,
    List<String> categories,
    List<String> brands,
    Long minPriceMinor,
    Long maxPriceMinor,
    List<Boost> boosts,
    OptionalDouble diversity,
    int maxPerBrand,
    double maxCategoryShare) {

  /** Most items in an answer. */
  public static final int MOST_LIMIT = 100;

  /** Whether the catalogue lets an item pass; null for one that it does not know. */
  public boolean allow(Item item) {
    if (item == null) {
      return categories.isEmpty()
          && brands.isEmpty()
          && minPriceMinor == null
          && maxPriceMinor == null;
    }
    return (item.available() || !onlyAvailable)
        && (brands.isEmpty() || anyMatches(brands, item.brand()))
        && (categories.isEmpty() || isInCategory(item))
        && (minPriceMinor == null
            || (item.priceMinor() != null && item.priceMinor() >= minPriceMinor))
        && (maxPriceMinor == null
            || (item.priceMinor() != null && item.priceMinor() <= maxPriceMinor));
  }

  /** Product of all boosts on an item; null for one that the catalogue does not know. */
  public double boost(String itemId, Item item) {
    var factor = 1.0;
    for (var boost : boosts) {
      if (boost.appliesTo(itemId, item)) {
        factor *= boost.factor();
      }
    }
    return factor;
  }

  /** Whether items may be dropped for what stands above them. */
  public boolean mayDrop() {
    return maxPerBrand < limit || mostOfACategory() < limit;
  }

  /** Most items of one category. */
  int mostOfACategory() {
    return Math.max(1, (int) Math.floor(maxCategoryShare * limit));
  }

  private boolean isInCategory(Item item) {
    for (var category : item.categoryPath()) {
      if (anyMatches(categories, category)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyMatches(List<String> names, String name) {
    for (var each : names) {
      if (each.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
