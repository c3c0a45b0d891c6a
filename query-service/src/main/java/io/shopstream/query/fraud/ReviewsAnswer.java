package io.shopstream.query.fraud;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.scores.ScoreAnswer;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** Orders for a person to look at. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Reviews", description = "Orders for a person to look at, the riskiest first.")
record ReviewsAnswer(
    @Schema(description = "Orders that wait.") int waiting,
    @Schema(description = "Orders that left the queue unseen because it was full.") long dropped,
    @Schema(description = "The riskiest of them.") List<Case> cases,
    @Nullable ReadState state) {

  /** One order. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "ReviewCase", description = "An order to look at.")
  record Case(
      @Schema(description = "The order.") String orderId,
      @Schema(description = "Time of the order.") Instant time,
      @Schema(description = "Calibrated probability of fraud, 0 to 1.") double probability,
      @Schema(description = "What is paid, in the minor unit of the currency.") long amountMinor,
      @Nullable @Schema(description = "Its score, with the reasons.") ScoreAnswer score) {}
}
