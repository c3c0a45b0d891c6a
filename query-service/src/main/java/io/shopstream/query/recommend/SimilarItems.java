package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * What goes with an item.
 *
 * @param title null when the catalogue does not know the item
 * @param kind viewed or bought
 * @param support visits (orders) that held the item
 * @param similar best first
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "SimilarItems", description = "What goes with an item.")
record SimilarItems(
    @Schema(description = "The item.") String itemId,
    @Nullable @Schema(description = "Its name; absent when the catalogue does not know it.")
        String title,
    @Schema(description = "viewed: from visits; bought: from orders.") String kind,
    @Schema(description = "Visits (or orders) that held the item.") long support,
    @Schema(description = "What goes with it, best first.") List<RecommendedItem> similar,
    ReadState state) {}
