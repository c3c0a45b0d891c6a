package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudScoringTopology.EXAMPLES_SINK;
import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_MODEL;
import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_ORDERS;
import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_REVIEWS;
import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_WAITING;
import static io.shopstream.streams.fraud.FraudScoringTopology.OUTCOMES_SINK;
import static io.shopstream.streams.fraud.FraudScoringTopology.SCORES_SINK;

import io.shopstream.events.FraudDecision;
import io.shopstream.events.FraudScore;
import io.shopstream.events.ReviewCase;
import io.shopstream.events.ReviewQueue;
import io.shopstream.events.ScoreReason;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.fraud.decision.Assessment;
import io.shopstream.streams.fraud.decision.Assessor;
import io.shopstream.streams.fraud.decision.Decision;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OutcomePart;
import io.shopstream.streams.fraud.messages.EntityMail;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.fraud.messages.OrderRow;
import io.shopstream.streams.fraud.messages.OrderRow.Label;
import io.shopstream.streams.fraud.messages.WaitingOrder;
import io.shopstream.streams.fraud.model.Example;
import io.shopstream.streams.fraud.rules.RuleSet;
import io.shopstream.streams.store.ChangelogPulse;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gathers the parts of an order and scores it once: when all have come, or when the time is up and
 * the application is not merely behind. Keeps the features until the outcome is known, and then
 * tells the parties and the learner.
 */
final class GatherProcessor extends ContextualProcessor<String, byte[], String, Object> {

  private static final Duration TIMEOUT_CHECK_INTERVAL = Duration.ofMillis(50);

  private final FraudSettings settings;
  private final int partitions;
  private final Supplier<RuleSet> rules;
  private final Lag lag;
  private final FraudMetrics metrics;
  private final Assessor assessor;

  /** When the time of an order is up, by order, in the order in which they came. */
  private final Map<String, Long> deadlines = new LinkedHashMap<>();

  private RowStore waiting;
  private RowStore orders;
  private RowStore reviews;
  private Bytes reviewsKey;
  private ReviewCases cases;
  private ModelView model;

  GatherProcessor(
      FraudSettings settings,
      int partitions,
      Supplier<RuleSet> rules,
      Lag lag,
      FraudMetrics metrics) {
    this.settings = settings;
    this.partitions = partitions;
    this.rules = rules;
    this.lag = lag;
    this.metrics = metrics;
    assessor = new Assessor(settings.policy(), settings.mostReasons());
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    super.init(context);
    waiting = context.getStateStore(FRAUD_WAITING);
    orders = context.getStateStore(FRAUD_ORDERS);
    reviews = context.getStateStore(FRAUD_REVIEWS);
    model = new ModelView(context.getStateStore(FRAUD_MODEL));
    reviewsKey = Bytes.wrap(StateStore.partitionKey(context.taskId().partition()));
    var queue = reviews.get(reviewsKey);
    cases =
        queue == null
            ? new ReviewCases()
            : ReviewCases.of(AvroBinary.decode(queue, ReviewQueue.class));
    deadlines.clear();
    var deadline = context.currentSystemTimeMs() + settings.partsTimeout().toMillis();
    try (var rows = waiting.all()) {
      rows.forEachRemaining(
          row -> deadlines.put(new String(row.key.get(), StandardCharsets.UTF_8), deadline));
    }
    ChangelogPulse.schedule(
        context, settings.changelogLag(), FRAUD_WAITING, FRAUD_ORDERS, FRAUD_REVIEWS);
    context.schedule(
        TIMEOUT_CHECK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::scoreWhoseTimeIsUp);
    var sweep = new RowSweep(orders, FraudSettings.ROWS_A_SWEEP, this::isOld, this::age);
    context.schedule(FraudSettings.SWEEP_INTERVAL, PunctuationType.WALL_CLOCK_TIME, sweep::next);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    var message = GatherMessage.fromBytes(record.value());
    if (message instanceof GatherMessage.Placed placed) {
      placed(record.key(), placed);
    } else if (message instanceof GatherMessage.Parts parts) {
      take(record.key(), parts.parts());
    } else if (message instanceof GatherMessage.Outcome outcome) {
      outcome(record.key(), outcome.fraud(), outcome.knownMs());
    } else if (message instanceof GatherMessage.Erased erased) {
      erase(record.key(), erased.user());
    }
  }

  // ---------------------------------------------------------------- gathering

  private void placed(String orderId, GatherMessage.Placed placed) {
    var key = key(orderId);
    var row = row(key);
    if (row instanceof OrderRow.Scored
        || row instanceof OrderRow.Erased
        || waiting.getForUpdate(key) != null) {
      return; // an order is scored once
    }
    var order = WaitingOrder.row(placed.order(), placed.placedMs());
    if (WaitingOrder.isWhole(order)) {
      score(WaitingOrder.fromBytes(order));
      return;
    }
    waiting.put(key, order);
    deadlines.put(orderId, context().currentSystemTimeMs() + settings.partsTimeout().toMillis());
  }

  private void take(String orderId, List<GatherMessage.Part> parts) {
    var key = key(orderId);
    var row = waiting.getForUpdate(key);
    if (row == null) {
      if (row(key) instanceof OrderRow.Scored scored) {
        var late = scored;
        for (var part : parts) {
          metrics.latePart();
          late = late.withLate(part.type());
        }
        orders.put(key, late.toBytes());
      }
      return;
    }
    var order = WaitingOrder.with(row, parts);
    if (WaitingOrder.isWhole(order)) {
      stopWaiting(orderId);
      score(WaitingOrder.fromBytes(order));
    } else {
      waiting.put(key, order);
    }
  }

  private void scoreWhoseTimeIsUp(long nowMs) {
    if (deadlines.isEmpty() || lag.lagging()) {
      return;
    }
    var late = new ArrayList<String>();
    for (var each : deadlines.entrySet()) {
      if (each.getValue() > nowMs) {
        break;
      }
      late.add(each.getKey());
    }
    for (var orderId : late) {
      var row = waiting.get(key(orderId));
      stopWaiting(orderId);
      if (row != null) {
        metrics.incomplete();
        score(WaitingOrder.fromBytes(row));
      }
    }
  }

  private void stopWaiting(String orderId) {
    deadlines.remove(orderId);
    waiting.put(key(orderId), null);
  }

  // ---------------------------------------------------------------- scoring

  private void score(WaitingOrder whole) {
    var order = whole.order();
    var features = Features.vector(order, whole.blocks(), settings.zone());
    var assessment = assessor.assess(order, features, model.current(), rules.get());
    var nowMs = context().currentSystemTimeMs();
    var score = publishable(whole, assessment, nowMs);
    context().forward(new Record<>(order.orderId(), score, Math.max(0, nowMs)), SCORES_SINK);
    metrics.scored(
        assessment.decision(),
        assessment.explored(),
        nowMs - whole.placedMs(),
        assessment.modelVersion(),
        assessment.rulesVersion());
    var key = key(order.orderId());
    var early = row(key);
    orders.put(
        key,
        new OrderRow.Scored(
                nowMs,
                order.timeMs(),
                order.amountMinor(),
                assessment.decision() == Decision.DECLINE,
                assessment.probability(),
                assessment.margin(),
                order.ids(),
                Features.toBytes(features),
                AvroBinary.encode(score),
                Label.NONE,
                EnumSet.noneOf(EntityType.class))
            .toBytes());
    if (early instanceof OrderRow.Early known) {
      outcome(order.orderId(), known.fraud(), known.knownMs());
    } else if (assessment.decision() == Decision.REVIEW) {
      cases.add(
          new ReviewCase(
              order.orderId(), order.timeMs(), assessment.probability(), order.amountMinor()));
      reviews.put(reviewsKey, AvroBinary.encode(cases.toQueue()));
    }
  }

  private static FraudScore publishable(WaitingOrder whole, Assessment assessment, long nowMs) {
    var reasons = new ArrayList<ScoreReason>();
    for (var reason : assessment.reasons()) {
      reasons.add(new ScoreReason(reason.name(), reason.text(), reason.share()));
    }
    return FraudScore.newBuilder()
        .setOrderId(whole.order().orderId())
        .setTimeMs(whole.order().timeMs())
        .setProbability(assessment.probability())
        .setDecision(
            switch (assessment.decision()) {
              case APPROVE -> FraudDecision.APPROVE;
              case REVIEW -> FraudDecision.REVIEW;
              case DECLINE -> FraudDecision.DECLINE;
            })
        .setModelVersion(assessment.modelVersion())
        .setExplored(assessment.explored())
        .setMissing(whole.missing().stream().map(EntityType::key).toList())
        .setReasons(reasons)
        .setRulesVersion(assessment.rulesVersion())
        .setShadowRules(assessment.shadow())
        .setScoredTimeMs(nowMs)
        .build();
  }

  // ---------------------------------------------------------------- outcomes

  /**
   * The first outcome counts; after it only that an order taken for legitimate was a fraud after
   * all.
   */
  private void outcome(String orderId, boolean fraud, long knownMs) {
    var key = key(orderId);
    var row = row(key);
    if (row instanceof OrderRow.Erased) {
      return;
    }
    if (!(row instanceof OrderRow.Scored scored)) {
      // Of a replay, or of an order whose parts are still under way.
      if (!(row instanceof OrderRow.Early early) || (fraud && !early.fraud())) {
        var early = new OrderRow.Early(fraud, knownMs, context().currentSystemTimeMs());
        orders.put(key, early.toBytes());
      }
      return;
    }
    if (scored.label() == Label.CHARGEBACK || (scored.label() == Label.LEGITIMATE && !fraud)) {
      return;
    }
    var label = fraud ? Label.CHARGEBACK : Label.LEGITIMATE;
    metrics.outcome(label);
    var nowMs = context().currentSystemTimeMs();
    tell(
        scored,
        new EntityMessage.Known(
            new OutcomePart(
                Math.max(knownMs, scored.timeMs()),
                scored.timeMs(),
                scored.amountMinor(),
                fraud,
                scored.probability())),
        nowMs);
    var example = new Example(orderId, scored.features(), scored.margin(), fraud);
    context().forward(new Record<>(orderId, example.toBytes(), nowMs), EXAMPLES_SINK);
    orders.put(key, scored.with(label).toBytes());
    if (cases.remove(orderId)) {
      reviews.put(reviewsKey, AvroBinary.encode(cases.toQueue()));
    }
  }

  private void tell(OrderRow.Scored scored, EntityMessage message, long nowMs) {
    for (var mail : EntityMail.to(scored.parties(), message, partitions)) {
      context().forward(new Record<>(mail.key(), mail.toBytes(), nowMs), OUTCOMES_SINK);
    }
  }

  // ---------------------------------------------------------------- erasure

  /**
   * Forgets an order with its shopper, tells the other parties and the learner to do so, and
   * remembers that it did. A shop that waits for the score gets it first, from what is there.
   */
  private void erase(String orderId, long user) {
    var key = key(orderId);
    var unscored = waiting.get(key);
    if (unscored != null) {
      stopWaiting(orderId);
      score(WaitingOrder.fromBytes(unscored));
    }
    var nowMs = context().currentSystemTimeMs();
    if (row(key) instanceof OrderRow.Scored scored) {
      tell(scored, new EntityMessage.Forget(user), nowMs);
      context().forward(new Record<>(orderId, Example.forgotten(orderId), nowMs), EXAMPLES_SINK);
    }
    orders.put(key, new OrderRow.Erased(nowMs).toBytes());
    if (cases.remove(orderId)) {
      reviews.put(reviewsKey, AvroBinary.encode(cases.toQueue()));
    }
  }

  // ---------------------------------------------------------------- time

  private boolean isOld(byte[] row, long nowMs) {
    var order = OrderRow.fromBytes(row);
    var ageMs = nowMs - order.sinceMs();
    return ageMs > settings.rememberOrders().toMillis()
        || (ageMs > settings.legitimateAfter().toMillis()
            && order instanceof OrderRow.Scored scored
            && scored.label() == Label.NONE
            && !scored.declined());
  }

  /** Nothing is ever heard of an order that was declined, so silence says nothing of it. */
  private void age(Bytes key, byte[] row) {
    var order = OrderRow.fromBytes(row);
    if (order instanceof OrderRow.Scored scored
        && scored.label() == Label.NONE
        && !scored.declined()) {
      outcome(
          new String(key.get(), StandardCharsets.UTF_8),
          false,
          scored.timeMs() + settings.legitimateAfter().toMillis());
    }
    if (context().currentSystemTimeMs() - order.sinceMs() > settings.rememberOrders().toMillis()) {
      orders.put(key, null);
    }
  }

  private OrderRow row(Bytes key) {
    var bytes = orders.getForUpdate(key);
    return bytes == null ? null : OrderRow.fromBytes(bytes);
  }

  private static Bytes key(String orderId) {
    return Bytes.wrap(orderId.getBytes(StandardCharsets.UTF_8));
  }

  /** What is told of an order to those who ask the store for it; nothing of an early outcome. */
  static Optional<byte[]> answer(byte[] row) {
    if (!(OrderRow.fromBytes(row) instanceof OrderRow.Scored scored)) {
      return Optional.empty();
    }
    if (scored.label() == Label.NONE && scored.late().isEmpty()) {
      return Optional.of(scored.score());
    }
    return Optional.of(
        AvroBinary.encode(
            FraudScore.newBuilder(AvroBinary.decode(scored.score(), FraudScore.class))
                .setLate(scored.late().stream().map(EntityType::key).toList())
                .setOutcome(scored.label() == Label.NONE ? null : scored.label().name())
                .build()));
  }
}
