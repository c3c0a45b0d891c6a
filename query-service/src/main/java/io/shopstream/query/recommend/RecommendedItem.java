package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * An item to show.
 *
 * @param title null when the catalogue does not know the item
 * @param score comparable within one answer only
 * @param support visits (orders) that held it together with the item that speaks for it most
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "RecommendedItem", description = "An item to show.")
record RecommendedItem(
    @Schema(description = "The item.") String itemId,
    @Nullable @Schema(description = "Its name; absent when the catalogue does not know it.")
        String title,
    @Schema(description = "Comparable within one answer only.") double score,
    @Schema(
            description =
                "Visits (or orders) that held it together with the item that speaks for it most.")
        long support) {}
