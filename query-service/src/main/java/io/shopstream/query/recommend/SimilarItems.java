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
 * @param recommendationId name of this list, for what becomes of it
 * @param strategy what made it
 * @param variant group of the experiment that the user is in
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
    @Schema(
            description =
                "Name of this list: send it back with impressions of the list and with clicks on it.")
        String recommendationId,
    @Schema(description = "What made the list.") String strategy,
    @Schema(
            description =
                "Group of the experiment: anonymous when the request names no user, asked-for when it names the strategy.")
        String variant,
    @Schema(description = "What goes with it, best first.") List<RecommendedItem> similar,
    ReadState state) {}
