package io.shopstream.query.items;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/**
 * What is known of an item.
 *
 * @param title absent, like all that only the catalogue says, for an item that was seen but is not
 *     in the catalogue
 * @param viewedSupport visits with it
 * @param boughtSupport orders with it
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Item", description = "What is known of an item.")
record ItemAnswer(
    @Schema(description = "The item.") String itemId,
    @Nullable @Schema(description = "Name shown to people; absent when not in the catalogue.")
        String title,
    @Nullable @Schema(description = "From the widest category to the narrowest.")
        List<String> categoryPath,
    @Nullable @Schema(description = "The brand.") String brand,
    @Nullable @Schema(description = "Price of one piece in the minor unit of the currency.")
        Long priceMinor,
    @Nullable @Schema(description = "ISO 4217 code.") String currency,
    @Nullable @Schema(description = "Whether it can be bought now.") Boolean available,
    @Nullable @Schema(description = "Address of a picture.") String imageUrl,
    @Nullable @Schema(description = "When the catalogue said so.") Instant updatedTime,
    @Schema(description = "Number of visits with it.") long viewedSupport,
    @Schema(description = "Number of orders with it.") long boughtSupport,
    ReadState state) {}
