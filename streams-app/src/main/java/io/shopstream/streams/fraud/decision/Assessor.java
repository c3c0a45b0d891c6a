package io.shopstream.streams.fraud.decision;

import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.Ids;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.rules.Action;
import io.shopstream.streams.fraud.rules.Rule;
import io.shopstream.streams.fraud.rules.RuleSet;
import io.shopstream.streams.fraud.rules.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Combines model, rules and policy. A rule that declines beats one that approves (a blocked device
 * beats a trusted user), which beats the score; a rule that asks for a review lifts an approval to
 * a review. Deterministic: the same order, features, model and rules give the same result,
 * exploration included.
 */
public final class Assessor {
  private static final long EXPLORATION_SALT = 0xe8b107a7L;

  /** A reason with less than this share is not worth a line. */
  private static final double LEAST_SHARE = 0.01;

  private final Policy policy;
  private final int mostReasons;

  /**
   * An assessor.
   *
   * @param mostReasons reasons given, at most; 0 saves the work
   */
  public Assessor(Policy policy, int mostReasons) {
    this.policy = policy;
    this.mostReasons = mostReasons;
  }

  /** Assesses an order. */
  public Assessment assess(OrderFacts order, float[] features, FraudModel model, RuleSet rules) {
    double margin = model.margin(features);
    double probability = model.probability(margin);
    List<Rule> firing = rules.firing(new Subject(order, features, probability));
    List<Rule> live = firing.stream().filter(rule -> !rule.shadow()).toList();
    Decision byScore =
        probability >= policy.declineAt()
            ? Decision.DECLINE
            : probability >= policy.reviewAt() ? Decision.REVIEW : Decision.APPROVE;
    boolean explored =
        byScore == Decision.DECLINE
            && live.isEmpty()
            && Ids.fraction(order.orderId(), EXPLORATION_SALT) < policy.exploredShare();
    return new Assessment(
        probability,
        margin,
        model.version(),
        rules.version(),
        explored ? Decision.APPROVE : decide(byScore, live),
        explored,
        reasons(order, features, model, live, probability),
        firing.stream().filter(Rule::shadow).map(Rule::name).toList());
  }

  private static Decision decide(Decision byScore, List<Rule> live) {
    if (live.stream().anyMatch(rule -> rule.action() == Action.DECLINE)) {
      return Decision.DECLINE;
    }
    if (live.stream().anyMatch(rule -> rule.action() == Action.APPROVE)) {
      return Decision.APPROVE;
    }
    boolean review = live.stream().anyMatch(rule -> rule.action() == Action.REVIEW);
    return review && byScore == Decision.APPROVE ? Decision.REVIEW : byScore;
  }

  /**
   * A feature weighs what it adds to the log-odds. A rule weighs the distance in log-odds from what
   * the score says to where the score would have asked for the same, and at least 1.
   */
  private List<Reason> reasons(
      OrderFacts order, float[] features, FraudModel model, List<Rule> live, double probability) {
    if (mostReasons == 0) {
      return List.of();
    }
    double[] weights = model.contributions(features);
    int places = weights.length;
    weights = Arrays.copyOf(weights, places + live.size());
    for (int i = 0; i < live.size(); i++) {
      weights[places + i] = weight(live.get(i), probability);
    }
    double whole = 0;
    for (double weight : weights) {
      whole += Math.abs(weight);
    }
    List<Reason> reasons = new ArrayList<>(mostReasons);
    while (reasons.size() < mostReasons) {
      int strongest = 0;
      for (int i = 1; i < weights.length; i++) {
        if (Math.abs(weights[i]) > Math.abs(weights[strongest])) {
          strongest = i;
        }
      }
      double share = weights[strongest] / whole;
      if (!(Math.abs(share) >= LEAST_SHARE)) {
        break;
      }
      reasons.add(
          strongest < places
              ? new Reason(
                  Features.name(strongest),
                  Features.words(strongest, features[strongest], order),
                  share)
              : new Reason(
                  live.get(strongest - places).name(),
                  live.get(strongest - places).because(),
                  share));
      weights[strongest] = 0;
    }
    return reasons;
  }

  private double weight(Rule rule, double probability) {
    double target =
        switch (rule.action()) {
          case DECLINE -> policy.declineAt();
          case REVIEW, APPROVE -> policy.reviewAt();
        };
    double distance = Math.max(1, Math.abs(logOdds(target) - logOdds(probability)));
    return rule.action() == Action.APPROVE ? -distance : distance;
  }

  private static double logOdds(double probability) {
    double p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
    return Math.log(p / (1 - p));
  }
}
