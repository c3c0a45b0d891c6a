package io.shopstream.bench.fraud;

import io.shopstream.streams.fraud.decision.Assessment;
import io.shopstream.streams.fraud.decision.Assessor;
import io.shopstream.streams.fraud.features.EntityState;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.features.OrderPart;
import io.shopstream.streams.fraud.features.OutcomePart;
import io.shopstream.streams.fraud.model.Example;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.fraud.rules.RuleSet;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs orders through the classes that serve, in the order of time: the states of the parties as
 * bytes in a key-value table, the features, the model, the rules, the learner. An outcome is told a
 * fixed time after its order, and never earlier.
 */
public final class Replay {
  private static final byte[] NEVER_SEEN = {};

  private record Awaiting(OrderFacts order, boolean fraud, double probability, Example example) {}

  private final long delayMs;
  private final Assessor assessor;
  private final RuleSet rules;
  private final Learner learner;
  private final Map<EntityType, Map<String, byte[]>> states = new EnumMap<>(EntityType.class);
  private final ArrayDeque<Awaiting> awaiting = new ArrayDeque<>();
  private FraudModel model;

  /**
   * A shop without a past.
   *
   * @param delay after which an outcome is known
   */
  public Replay(Duration delay, Learner.Settings settings, Assessor assessor, RuleSet rules) {
    delayMs = delay.toMillis();
    this.assessor = assessor;
    this.rules = rules;
    learner = new Learner(settings);
    model = learner.model();
    for (EntityType type : EntityType.values()) {
      states.put(type, new HashMap<>());
    }
  }

  /** The model as it stands. */
  public FraudModel model() {
    return model;
  }

  /** Scores an order; times never run backwards from one call to the next. */
  public Assessment assess(LabelledOrder labelled) {
    OrderFacts order = labelled.order();
    tellOutcomes(order.timeMs());
    OrderPart part = order.part();
    Map<EntityType, float[]> blocks = new EnumMap<>(EntityType.class);
    order
        .ids()
        .forEach(
            (type, id) -> {
              Map<String, byte[]> table = states.get(type);
              EntityState state = EntityState.fromBytes(type, table.getOrDefault(id, NEVER_SEEN));
              blocks.put(type, state.features(part));
              state.add(part);
              table.put(id, state.toBytes());
            });
    float[] features = Features.vector(order, blocks, ZoneOffset.UTC);
    Assessment assessment = assessor.assess(order, features, model, rules);
    Example example =
        new Example(
            order.orderId(), Features.toBytes(features), assessment.margin(), labelled.fraud());
    awaiting.addLast(new Awaiting(order, labelled.fraud(), assessment.probability(), example));
    return assessment;
  }

  private void tellOutcomes(long nowMs) {
    while (!awaiting.isEmpty() && awaiting.peekFirst().order.timeMs() + delayMs <= nowMs) {
      Awaiting known = awaiting.removeFirst();
      long orderMs = known.order.timeMs();
      OutcomePart outcome =
          new OutcomePart(
              orderMs + delayMs,
              orderMs,
              known.order.amountMinor(),
              known.fraud,
              known.probability);
      known
          .order
          .ids()
          .forEach(
              (type, id) ->
                  states
                      .get(type)
                      .compute(id, (key, bytes) -> EntityState.update(type, bytes, outcome)));
      learner.learn(known.example).ifPresent(newer -> model = newer);
      while (learner.fitting()) {
        learner.work().ifPresent(newer -> model = newer);
      }
    }
  }
}
