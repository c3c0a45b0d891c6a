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
import java.util.Comparator;
import java.util.List;

/**
 * Combines model, rules and policy. A rule that declines beats one that approves (a blocked device
 * beats a trusted user), which beats the score; a rule that asks for a review lifts an approval to
 * a review. Deterministic: the same order, features, model and rules give the same result,
 * exploration included.
 */
public final class Assessor {
  private static final long EXPLORATION_SALT = 0xe8b107a7L;

  private final Policy policy;
  private final int mostReasons;

  /**
   * An assessor.
   *
   * @param mostReasons reasons given, at most
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
    double[] contributions = model.contributions(features);
    List<Reason> all = new ArrayList<>();
    double whole = 0;
    for (int i = 0; i < contributions.length; i++) {
      if (Math.abs(contributions[i]) > 1e-3) {
        all.add(
            new Reason(Features.name(i), Features.words(i, features[i], order), contributions[i]));
      }
      whole += Math.abs(contributions[i]);
    }
    for (Rule rule : live) {
      double target =
          switch (rule.action()) {
            case DECLINE -> policy.declineAt();
            case REVIEW, APPROVE -> policy.reviewAt();
          };
      double distance = Math.max(1, Math.abs(logOdds(target) - logOdds(probability)));
      whole += distance;
      all.add(
          new Reason(
              rule.name(), rule.because(), rule.action() == Action.APPROVE ? -distance : distance));
    }
    double total = whole;
    return all.stream()
        .sorted(Comparator.comparingDouble((Reason r) -> -Math.abs(r.share())))
        .limit(mostReasons)
        .map(r -> new Reason(r.name(), r.text(), r.share() / total))
        .toList();
  }

  private static double logOdds(double probability) {
    double p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
    return Math.log(p / (1 - p));
  }
}
