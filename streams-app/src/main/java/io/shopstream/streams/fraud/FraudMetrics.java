package io.shopstream.streams.fraud;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.shopstream.streams.fraud.decision.Decision;
import io.shopstream.streams.fraud.messages.OrderRow.Label;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the fraud applications tell of themselves. Names no person. */
public final class FraudMetrics {

  private final Timer latency;
  private final Map<Decision, Counter> scores = new EnumMap<>(Decision.class);
  private final Map<Label, Counter> outcomes = new EnumMap<>(Label.class);
  private final Counter incomplete;
  private final Counter lateParts;
  private final Counter explored;
  private final AtomicLong modelVersion;
  private final AtomicLong rulesVersion;
  private final AtomicLong fits;
  private volatile double driftRatio = Double.NaN;
  private volatile double driftStability = Double.NaN;

  public FraudMetrics(MeterRegistry meters) {
    latency =
        Timer.builder("shopstream.fraud.score.latency")
            .description("From the broker's taking of an order to its score")
            .publishPercentiles(0.5, 0.99)
            .register(meters);
    for (var decision : Decision.values()) {
      scores.put(
          decision,
          Counter.builder("shopstream.fraud.scores.orders")
              .description("Orders scored")
              .tag("decision", decision.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
    for (var label : Label.values()) {
      outcomes.put(
          label,
          Counter.builder("shopstream.fraud.outcomes.orders")
              .description("Orders whose outcome became known")
              .tag("label", label.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
    incomplete =
        Counter.builder("shopstream.fraud.incomplete.orders")
            .description("Orders scored after the time-out with parts missing")
            .register(meters);
    lateParts =
        Counter.builder("shopstream.fraud.late.parts")
            .description("Parts that came after the score")
            .register(meters);
    explored =
        Counter.builder("shopstream.fraud.explored.orders")
            .description("Orders let through to learn from them")
            .register(meters);
    modelVersion = meters.gauge("shopstream.fraud.model.version.number", new AtomicLong());
    rulesVersion = meters.gauge("shopstream.fraud.rules.version.number", new AtomicLong());
    fits = meters.gauge("shopstream.fraud.learner.outcomes", new AtomicLong());
    meters.gauge("shopstream.fraud.drift.observed.to.expected.ratio", this, m -> m.driftRatio);
    meters.gauge("shopstream.fraud.drift.population.stability.index", this, m -> m.driftStability);
  }

  void scored(Decision decision, boolean wasExplored, long waitedMs, long model, long rules) {
    scores.get(decision).increment();
    latency.record(Duration.ofMillis(Math.max(0, waitedMs)));
    if (wasExplored) {
      explored.increment();
    }
    modelVersion.set(model);
    rulesVersion.set(rules);
  }

  void incomplete() {
    incomplete.increment();
  }

  void latePart() {
    lateParts.increment();
  }

  void outcome(Label label) {
    outcomes.get(label).increment();
  }

  void learnt(long learnerOutcomes, double ratio, double stability) {
    fits.set(learnerOutcomes);
    driftRatio = ratio;
    driftStability = stability;
  }
}
