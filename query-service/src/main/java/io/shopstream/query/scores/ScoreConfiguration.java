package io.shopstream.query.scores;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How a score is waited for.
 *
 * @param checkoutWait how long {@code POST /v1/orders?wait=score} waits
 * @param maxWait the longest wait a client may ask for
 * @param inVain the decision that a checkout is told when the score has not come in time
 * @param recentScores scores remembered for those who ask a moment later
 * @param maxOrders orders in one request that may be waited for
 */
@ConfigurationProperties("shopstream.scores")
public record ScoreConfiguration(
    @NotNull Duration checkoutWait,
    @NotNull Duration maxWait,
    @NotNull InVain inVain,
    @Min(1) long recentScores,
    @Min(1) @Max(1000) int maxOrders) {

  /** What to do with an order whose score has not come. */
  public enum InVain {
    APPROVE,
    REVIEW
  }
}
