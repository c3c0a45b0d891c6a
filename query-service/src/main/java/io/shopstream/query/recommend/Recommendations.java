package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * What to show to a user, or next to a visit or basket.
 *
 * @param userId null when no user was asked for
 * @param kind viewed or bought
 * @param recommendationId name of this list, for what becomes of it
 * @param strategy what made it
 * @param variant group of the experiment that the user is in
 * @param recommendations best first
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Recommendations", description = "What to show to a user, or next to a basket.")
record Recommendations(
    @Nullable @Schema(description = "The user; absent when none was asked for.") String userId,
    @Schema(description = "viewed: from visits; bought: from orders.") String kind,
    @Schema(
            description =
                "Name of this list: send it back with impressions of the list and with clicks on it.")
        String recommendationId,
    @Schema(description = "What made the list.") String strategy,
    @Schema(
            description =
                "Group of the experiment: anonymous when the request names no user, asked-for when it names the strategy.")
        String variant,
    @Schema(description = "What to show, best first.") List<RecommendedItem> recommendations,
    ReadState state) {}
