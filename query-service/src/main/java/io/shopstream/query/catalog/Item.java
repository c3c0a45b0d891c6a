package io.shopstream.query.catalog;

import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * What the catalogue says of an item now.
 *
 * @param categoryPath from the widest to the narrowest; empty when unknown; shared by the items of
 *     a category
 * @param priceMinor in the minor unit of the currency; null when unknown
 * @param updatedTimeMs when this was true, in milliseconds since 1970-01-01 UTC
 */
public record Item(
    String itemId,
    String title,
    List<String> categoryPath,
    @Nullable String brand,
    @Nullable Long priceMinor,
    @Nullable String currency,
    boolean available,
    @Nullable String imageUrl,
    long updatedTimeMs) {

  /** The narrowest category, or null when none is known. */
  @Nullable
  public String category() {
    return categoryPath.isEmpty() ? null : categoryPath.get(categoryPath.size() - 1);
  }
}
