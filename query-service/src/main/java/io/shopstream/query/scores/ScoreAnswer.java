package io.shopstream.query.scores;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.events.FraudScore;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/**
 * The risk of an order.
 *
 * @param orderId the order
 * @param decision what to do
 * @param decidedBy score, or policy when the score has not come in time
 * @param probability calibrated, 0 to 1; null when there is no score
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "FraudScore", description = "The risk of an order, and why.")
public record ScoreAnswer(
    @Schema(description = "The order.") String orderId,
    @Schema(description = "What to do: approve, review or decline.") String decision,
    @Schema(
            description =
                "score; or policy when there was no score in time and the decision is the configured one.")
        String decidedBy,
    @Nullable @Schema(description = "Calibrated probability of fraud, 0 to 1.") Double probability,
    @Nullable @Schema(description = "Time of the order.") Instant time,
    @Nullable @Schema(description = "When it was scored.") Instant scoredTime,
    @Nullable @Schema(description = "The model that scored; 0 is the one before the first outcome.")
        Long modelVersion,
    @Nullable @Schema(description = "The rules that were asked.") Long rulesVersion,
    @Schema(
            description =
                "Whether it would have been declined and was let through to learn from it.")
        boolean explored,
    @Schema(description = "Parties whose features did not arrive in time.") List<String> missing,
    @Schema(description = "Those of the missing that came after the score.") List<String> late,
    @Schema(description = "What moved the score, strongest first.") List<Reason> reasons,
    @Schema(description = "Rules in shadow mode that fired.") List<String> shadowRules,
    @Nullable
        @Schema(
            description = "What the order turned out to be: legitimate or chargeback, once known.")
        String outcome) {

  /** One thing that moved a score. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "FraudReason", description = "One thing that moved a score.")
  public record Reason(
      @Schema(description = "Feature or rule.") String name,
      @Schema(description = "In words.") String text,
      @Schema(
              description =
                  "Its share of all that moved the score: above 0 towards fraud, below 0 away from it.")
          double share) {}

  /** A score as it is told. */
  public static ScoreAnswer of(FraudScore score) {
    return new ScoreAnswer(
        score.getOrderId(),
        lower(score.getDecision().name()),
        "score",
        score.getProbability(),
        Instant.ofEpochMilli(score.getTimeMs()),
        score.getScoredTimeMs() == 0 ? null : Instant.ofEpochMilli(score.getScoredTimeMs()),
        score.getModelVersion(),
        score.getRulesVersion(),
        score.getExplored(),
        score.getMissing(),
        score.getLate(),
        score.getReasons().stream()
            .map(reason -> new Reason(reason.getName(), reason.getText(), reason.getShare()))
            .toList(),
        score.getShadowRules(),
        score.getOutcome() == null ? null : lower(score.getOutcome()));
  }

  /** The configured decision, for an order whose score has not come in time. */
  static ScoreAnswer byPolicy(String orderId, ScoreConfiguration.InVain decision) {
    return new ScoreAnswer(
        orderId,
        lower(decision.name()),
        "policy",
        null,
        null,
        null,
        null,
        null,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null);
  }

  private static String lower(String name) {
    return name.toLowerCase(java.util.Locale.ROOT);
  }
}
