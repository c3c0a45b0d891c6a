package io.shopstream.query.ops;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** What became of orders. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "FraudFigures", description = "Fraud decisions, and the queue of orders to look at.")
record FraudFigures(
    @Schema(description = "When it was looked at, in milliseconds since 1970-01-01 UTC.")
        long timeMs,
    @Schema(description = "Of all instances.") List<Decision> decisions,
    @Nullable @Schema(description = "Orders that wait for a person; absent when not known.")
        Long reviewsWaiting,
    @Nullable @Schema(description = "Orders that left the queue unseen because it was full.")
        Long reviewsDropped) {

  /** Orders with one decision. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "DecisionFigures", description = "Orders with one decision.")
  record Decision(
      @Schema(description = "approve, review or decline.") String decision,
      @Schema(description = "Orders since the instances started.") long orders,
      @Schema(description = "Orders a second, over the last ten.") double ordersPerSecond) {}
}
