package io.shopstream.query.recommend;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * An item to show.
 *
 * @param title null when the catalogue does not know the item
 * @param score comparable within one answer only
 * @param source the link of the chain that proposed it
 * @param support visits (orders) that held it together with the item that speaks for it most; 0
 *     when something else speaks for it
 * @param reasons null when they were not asked for
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "RecommendedItem", description = "An item to show.")
record RecommendedItem(
    @Schema(description = "The item.") String itemId,
    @Nullable @Schema(description = "Its name; absent when the catalogue does not know it.")
        String title,
    @Schema(description = "Comparable within one answer only; before diversity.") double score,
    @Schema(
            type = "string",
            description = "What proposed it.",
            allowableValues = {
              "visit",
              "basket",
              "profile",
              "content",
              "category_trend",
              "shop_trend"
            })
        String source,
    @Schema(
            description =
                "Visits (or orders) that held it together with the item that speaks for it most; 0 when something else does.")
        long support,
    @Nullable
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(description = "Why, what says most first; with reasons=true.")
        List<Reason> reasons) {}
