package io.shopstream.query.feedback;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** What becomes of recommendations, by place, variant and strategy. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(
    name = "RecommendationPerformance",
    description = "What becomes of recommendations, by place, variant and strategy.")
record PerformanceAnswer(
    @Schema(description = "One entry for each that anything is known of.")
        List<Entry> performance) {

  /** Of one place, variant and strategy. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "PerformanceEntry", description = "Of one place, variant and strategy.")
  record Entry(
      @Schema(description = "Where lists are shown: item, visit or user.") String place,
      @Schema(description = "Group of the experiment.") String variant,
      @Schema(description = "What made the lists.") String strategy,
      @Schema(description = "Lists shown, each once for a shopper.") long impressions,
      @Schema(description = "Lists with one click at least.") long clickedLists,
      @Schema(description = "Items clicked, each once for a list.") long clicks,
      @Schema(description = "Items clicked and then ordered in time.") long conversions,
      @Schema(description = "Impressions and clicks not counted: too many in an hour, too late.")
          long ignored,
      @Schema(description = "clicked_lists of impressions, 0 to 1.") double clickThroughRate,
      @Schema(description = "conversions of clicks, 0 to 1.") double conversionRate,
      @Schema(description = "Time of the newest event in it.") Instant updatedTime) {

    static Entry of(Performance.Total total) {
      return new Entry(
          total.place(),
          total.variant(),
          total.strategy(),
          total.impressions(),
          total.clicked(),
          total.clicks(),
          total.conversions(),
          total.ignored(),
          total.clickThroughRate(),
          total.conversionRate(),
          Instant.ofEpochMilli(total.updatedTimeMs()));
    }
  }
}
