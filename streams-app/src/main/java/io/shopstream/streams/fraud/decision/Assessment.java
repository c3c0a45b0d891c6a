package io.shopstream.streams.fraud.decision;

import java.util.List;

/**
 * The result for an order.
 *
 * @param probability of fraud, calibrated, 0 to 1
 * @param margin the log-odds before calibration, to be handed to the learner with the outcome
 * @param modelVersion the model that said so
 * @param rulesVersion the rules that were asked
 * @param decision what to do
 * @param explored whether an order that would have been declined was let through to learn from it
 * @param reasons what moved the score, strongest first
 * @param shadow rules in shadow mode that fired, by name
 */
public record Assessment(
    double probability,
    double margin,
    long modelVersion,
    long rulesVersion,
    Decision decision,
    boolean explored,
    List<Reason> reasons,
    List<String> shadow) {
  public Assessment {
    reasons = List.copyOf(reasons);
    shadow = List.copyOf(shadow);
  }
}
