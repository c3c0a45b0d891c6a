package io.shopstream.query.items;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * A part of a list of items.
 *
 * @param nextOffset where the next part begins; null when this is the last
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "ItemList", description = "A part of a list of items.")
record ItemList(
    @Schema(
            description =
                "Items in the whole list; of a search at most 500, of which more may be found.")
        int total,
    @Nullable @Schema(description = "The offset of the next part; absent when there is none.")
        Integer nextOffset,
    @Schema(description = "The items.") List<ListedItem> items) {}
