package io.shopstream.query.items;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.catalog.Item;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** What a list shows of an item: only what the catalogue says. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "ListedItem", description = "What the catalogue says of an item.")
record ListedItem(
    @Schema(description = "The item.", example = "85123A") String itemId,
    @Schema(description = "Name shown to people.", example = "WHITE HANGING HEART T-LIGHT HOLDER")
        String title,
    @Schema(description = "From the widest category to the narrowest.") List<String> categoryPath,
    @Nullable @Schema(description = "The brand.") String brand,
    @Nullable
        @Schema(
            description = "Price of one piece in the minor unit of the currency.",
            example = "255")
        Long priceMinor,
    @Nullable @Schema(description = "ISO 4217 code.", example = "GBP") String currency,
    @Schema(description = "Whether it can be bought now.") boolean available,
    @Nullable @Schema(description = "Address of a picture.") String imageUrl) {

  static ListedItem of(Item item) {
    return new ListedItem(
        item.itemId(),
        item.title(),
        item.categoryPath(),
        item.brand(),
        item.priceMinor(),
        item.currency(),
        item.available(),
        item.imageUrl());
  }
}
