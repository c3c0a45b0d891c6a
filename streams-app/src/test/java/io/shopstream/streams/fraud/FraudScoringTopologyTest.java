package io.shopstream.streams.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shopstream.events.EntityVelocity;
import io.shopstream.events.Erasure;
import io.shopstream.events.FraudDecision;
import io.shopstream.events.FraudScore;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.events.ReviewCase;
import io.shopstream.events.ReviewQueue;
import io.shopstream.events.ScoreReason;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.fraud.decision.Policy;
import io.shopstream.streams.fraud.features.EntityState;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.Partner;
import io.shopstream.streams.fraud.features.PlainHistory;
import io.shopstream.streams.fraud.messages.EntityMail;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.fraud.messages.OrderRow;
import io.shopstream.streams.fraud.model.Example;
import io.shopstream.streams.fraud.rules.RuleSet;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.RowStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class FraudScoringTopologyTest extends TopologyTest {

  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final RuleSet RULES =
      RuleSet.parse(
          "test",
          "version 3\nrule many_cards: decline when device.cards_1h >= 3 because \"many cards\"\n"
              + "rule dear: review when order.amount >= 9000",
          name -> List.of());

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private boolean lagging;

  private FraudScoringTopology topology() {
    return topology(EnumSet.allOf(EntityType.class));
  }

  private FraudScoringTopology topology(Set<EntityType> entities) {
    return new FraudScoringTopology(
        serdes,
        new FraudSettings(
            new Tuning(1, 10),
            1 << 20,
            1 << 19,
            entities,
            ZoneOffset.UTC,
            Policy.defaults(),
            5,
            TIMEOUT,
            Duration.ofDays(30),
            Duration.ofDays(60),
            Duration.ofDays(120),
            Duration.ofHours(12)),
        PARTITIONS,
        () -> RULES,
        () -> lagging,
        new FraudMetrics(meters));
  }

  private static Order.Builder order(String id, String user, Instant time) {
    return Order.newBuilder(order(id, user, time, "a"));
  }

  private List<FraudScore> scores() {
    return output(Topics.FRAUD_SCORES, FraudScore.class);
  }

  private void outcome(String order, OutcomeLabel label, Instant known) {
    input(Topics.ORDER_OUTCOMES, OrderOutcome.class)
        .pipeInput(order, new OrderOutcome(order, label, known.toEpochMilli(), "bank"), known);
  }

  private List<Example> examples() {
    return driver
        .createOutputTopic(
            Topics.FRAUD_EXAMPLES.name(), new StringDeserializer(), new ByteArrayDeserializer())
        .readValuesToList()
        .stream()
        .map(Example::fromBytes)
        .toList();
  }

  private RowStore store(String name) {
    return (RowStore) driver.getAllStateStores().get(name);
  }

  private FraudScore stored(String order) {
    var row = store("fraud-orders").get(Bytes.wrap(StateStore.key(order)));
    return Optional.ofNullable(row)
        .flatMap(GatherProcessor::answer)
        .map(score -> AvroBinary.decode(score, FraudScore.class))
        .orElse(null);
  }

  private List<ReviewCase> reviews() {
    var row = store("fraud-reviews").get(Bytes.wrap(StateStore.partitionKey(0)));
    return row == null ? List.of() : AvroBinary.decode(row, ReviewQueue.class).getWaiting();
  }

  @Test
  void shouldScoreAnOrderOnceAndNameWhatMovedTheScore() {
    start(topology());
    pipe(
        order("o1", "u", NOON)
            .setCardFingerprint("c")
            .setDeviceId("d")
            .setAccountCreatedTimeMs(NOON.minusSeconds(5).toEpochMilli())
            .build());
    pipe(order("o1", "u", NOON).setCardFingerprint("c").setDeviceId("d").build());

    var scores = scores();
    assertThat(scores).hasSize(1);
    var score = scores.get(0);
    assertThat(score.getOrderId()).isEqualTo("o1");
    assertThat(score.getMissing()).isEmpty();
    assertThat(score.getModelVersion()).isZero();
    assertThat(score.getRulesVersion()).isEqualTo(3);
    assertThat(score.getReasons())
        .extracting(ScoreReason::getText)
        .contains("the account was opened 5 s before the order");
    assertThat(stored("o1")).isEqualTo(score);
  }

  @Test
  void shouldNotScoreWhatIsTakenBackOrBroken() {
    start(topology());
    pipe(
        order("o1", "u", NOON).setKind(OrderKind.CANCELLED).build(),
        order("o2", "u", NOON).setKind(OrderKind.RETURNED).build(),
        order("o3", "u", NOON.plus(Duration.ofDays(9))).build());

    assertThat(scores()).isEmpty();
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void shouldDeclineByRuleWhenADeviceTriesManyCards() {
    start(topology());
    for (var i = 0; i < 4; i++) {
      pipe(
          order("o" + i, "u" + i, NOON.plusSeconds(i))
              .setCardFingerprint("c" + i)
              .setDeviceId("d")
              .build());
    }

    assertThat(scores())
        .extracting(FraudScore::getDecision)
        .endsWith(FraudDecision.DECLINE, FraudDecision.DECLINE);
    var velocity = velocity("device", "d");
    assertThat(velocity.getOrders()).isEqualTo(4);
    var key = Bytes.wrap(StateStore.entityKey("device", "d"));
    var then =
        EntityState.fromBytes(EntityType.DEVICE, store("fraud-entities").get(key))
            .velocity(NOON.toEpochMilli());
    assertThat(then.partners())
        .contains(
            new EntityState.Velocity.Partners(Partner.CARD, 4, true),
            new EntityState.Velocity.Partners(Partner.USER, 4, true));
  }

  private EntityVelocity velocity(String type, String id) {
    var key = StateStore.entityKey(type, id);
    var answer =
        topology().queryableStores().stream()
            .filter(store -> store.store() == StateStore.FRAUD_ENTITIES)
            .findFirst()
            .orElseThrow()
            .answer()
            .of(store("fraud-entities"), key);
    return AvroBinary.decode(answer.orElseThrow(), EntityVelocity.class);
  }

  @Test
  void shouldKnowTheClicksBeforeTheOrderWhereTheOrderTells() {
    start(topology());
    pipe(
        order("o1", "u", NOON).setVisitClicks(2).build(),
        order("o2", "nobody", NOON).setVisitClicks(0).build(),
        order("o3", "stranger", NOON).build());
    outcome("o1", OutcomeLabel.LEGITIMATE, NOON);
    outcome("o2", OutcomeLabel.LEGITIMATE, NOON);
    outcome("o3", OutcomeLabel.LEGITIMATE, NOON);

    assertThat(features().get("o1")[Features.index("order.clicks_before")]).isEqualTo(2);
    assertThat(features().get("o2")[Features.index("order.clicks_before")]).isZero();
    assertThat(features().get("o3")[Features.index("order.clicks_before")]).isNaN();
  }

  /** As they stood when the order was scored. */
  private Map<String, float[]> features() {
    var features = new HashMap<String, float[]>();
    try (var rows = store("fraud-orders").all()) {
      rows.forEachRemaining(
          row ->
              features.put(
                  new String(row.key.get(), StandardCharsets.UTF_8),
                  Features.fromBytes(
                      ((OrderRow.Scored) OrderRow.fromBytes(row.value)).features())));
    }
    return features;
  }

  @Test
  void shouldScoreWithoutAPartAfterTheTimeOutAndNeverAgain() {
    start(topology());
    var facts =
        OrderReading.facts(
            order("o1", "u", NOON).setDeviceId("d").build(), EnumSet.allOf(EntityType.class));
    gathering("o1", new GatherMessage.Placed(facts, NOON.toEpochMilli()));
    gathering("o1", part(EntityType.USER));
    lagging = true;
    driver.advanceWallClockTime(TIMEOUT.multipliedBy(4));
    assertThat(scores()).as("while the application lags").isEmpty();

    lagging = false;
    driver.advanceWallClockTime(TIMEOUT);
    assertThat(scores())
        .singleElement()
        .extracting(FraudScore::getMissing)
        .isEqualTo(List.of("device"));

    gathering("o1", part(EntityType.DEVICE));
    driver.advanceWallClockTime(TIMEOUT.multipliedBy(4));
    assertThat(scores()).isEmpty();
    assertThat(stored("o1").getLate()).containsExactly("device");
    assertThat(meters.counter("shopstream.fraud.late.parts").count()).isEqualTo(1);
  }

  private static GatherMessage part(EntityType type) {
    return new GatherMessage.Parts(
        List.of(
            new GatherMessage.Part(
                type, Features.blockToBytes(new float[Features.blockSize(type)]))));
  }

  private void gathering(String order, GatherMessage message) {
    driver
        .createInputTopic(
            Topics.FRAUD_GATHERING.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput(order, message.toBytes(), NOON);
  }

  @Test
  void shouldTellTheOutcomeToThePartiesAndTheLearnerOnce() {
    start(topology());
    pipe(order("o1", "u", NOON).setDeviceId("d").build());
    outcome("o1", OutcomeLabel.LEGITIMATE, NOON);
    outcome("o1", OutcomeLabel.LEGITIMATE, NOON);
    outcome("o1", OutcomeLabel.CHARGEBACK, NOON);
    outcome("o1", OutcomeLabel.CHARGEBACK, NOON);
    outcome("o1", OutcomeLabel.LEGITIMATE, NOON);

    assertThat(examples()).extracting(Example::fraud).containsExactly(false, true);
    assertThat(velocity("device", "d").getOutcomes()).isEqualTo(2);
    assertThat(velocity("user", "u").getFrauds()).isEqualTo(1);
    assertThat(stored("o1").getOutcome()).isEqualTo("CHARGEBACK");
  }

  @Test
  void shouldKeepAnOutcomeThatComesBeforeTheOrder() {
    start(topology());
    outcome("o1", OutcomeLabel.CHARGEBACK, NOON);
    assertThat(stored("o1")).isNull();
    pipe(order("o1", "u", NOON).build());

    assertThat(scores()).hasSize(1);
    assertThat(examples()).extracting(Example::fraud).containsExactly(true);
  }

  @Test
  void shouldTakeSilenceForLegitimateUnlessTheOrderWasDeclined() {
    start(topology());
    pipe(order("o1", "u", NOON).build());
    for (var i = 0; i < 3; i++) {
      pipe(order("c" + i, "v", NOON).setCardFingerprint("c" + i).setDeviceId("d").build());
    }
    driver.advanceWallClockTime(Duration.ofDays(31));

    assertThat(stored("o1").getOutcome()).isEqualTo("LEGITIMATE");
    assertThat(stored("c2").getDecision()).isEqualTo(FraudDecision.DECLINE);
    assertThat(stored("c2").getOutcome()).isNull();

    driver.advanceWallClockTime(Duration.ofDays(31));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(stored("o1")).isNull();
  }

  @Test
  void shouldQueueReviewsUntilSomebodyDecides() {
    start(topology());
    pipe(order("o1", "u", NOON).setAmountMinor(900_000).build());
    assertThat(reviews()).extracting(ReviewCase::getOrderId).containsExactly("o1");

    outcome("o1", OutcomeLabel.LEGITIMATE, NOON);
    assertThat(reviews()).isEmpty();

    for (var i = 0; i < ReviewCases.MOST + 5; i++) {
      pipe(order("r" + i, "u" + i, NOON).setAmountMinor(900_000).build());
    }
    assertThat(reviews()).hasSize(ReviewCases.MOST).first().extracting("orderId").isEqualTo("r5");
  }

  @Test
  void shouldSendAnOutcomeThatSaysNothingToTheDeadLetters() {
    start(topology());
    outcome("o1", OutcomeLabel.UNKNOWN, NOON);

    assertThat(deadLetters()).hasSize(1);
  }

  @Test
  void shouldForgetAShopperWithWhatNobodyElseHasUsed() {
    start(topology());
    pipe(
        order("mine", "u", NOON)
            .setCardFingerprint("my-card")
            .setDeviceId("our-device")
            .setAmountMinor(950_000)
            .build(),
        order("theirs", "other", NOON.plusSeconds(1)).setDeviceId("our-device").build());
    outcome("theirs", OutcomeLabel.LEGITIMATE, NOON.plusSeconds(2));
    assertThat(reviews()).extracting(ReviewCase::getOrderId).contains("mine");
    assertThat(orders("u")).containsExactly("mine");

    erase("u", NOON.plusSeconds(10));
    outcome("mine", OutcomeLabel.CHARGEBACK, NOON.plusSeconds(20));

    assertThat(stored("mine")).isNull();
    assertThat(stored("theirs")).isNotNull();
    assertThat(reviews()).extracting(ReviewCase::getOrderId).doesNotContain("mine");
    assertThat(orders("u")).isEmpty();
    assertThat(entity("user:u")).isNull();
    assertThat(entity("card:my-card")).isNull();
    var device = EntityState.fromBytes(EntityType.DEVICE, entity("device:our-device"));
    assertThat(device.velocity(NOON.toEpochMilli()).partners())
        .filteredOn(partner -> partner.partner() == Partner.USER)
        .singleElement()
        .satisfies(users -> assertThat(users.distinct()).isEqualTo(1));
    assertThat(topic(Topics.FRAUD_EXAMPLES.name()))
        .anySatisfy(record -> assertThat(Example.forgottenOrder(record.value)).contains("mine"));
  }

  @Test
  void shouldNotScoreALateOrderOfOneWhoWasErased() {
    start(topology());
    erase("u", NOON.plusSeconds(10));
    pipe(order("late", "u", NOON).build(), order("new", "u", NOON.plusSeconds(60)).build());

    assertThat(scores()).extracting(FraudScore::getOrderId).containsExactly("new");
  }

  private void erase(String shopper, Instant time) {
    input(Topics.ERASURES, Erasure.class)
        .pipeInput(shopper, new Erasure("e", shopper, time.toEpochMilli()), time);
  }

  private byte[] entity(String key) {
    return store("fraud-entities").get(Bytes.wrap(StateStore.key(key)));
  }

  private List<String> orders(String shopper) {
    return ShopperOrders.of(store("fraud-shopper-orders"), shopper);
  }

  /**
   * Each party's past is recomputed by brute force in the order in which its partition told it, and
   * every feature of every order is compared.
   */
  @Test
  void shouldGiveTheFeaturesThatABruteForceRecomputationGives() {
    start(topology());
    var random = new Random(5);
    for (var i = 0; i < 400; i++) {
      var time =
          NOON.minus(Duration.ofDays(20))
              .plus(Duration.ofHours(i))
              .plusSeconds(random.nextInt(7200));
      pipe(
          order("o" + i, "u" + random.nextInt(40), time)
              .setAmountMinor(100 + random.nextInt(20_000))
              .setCardFingerprint("c" + random.nextInt(50))
              .setDeviceId(random.nextInt(4) == 0 ? null : "d" + random.nextInt(20))
              .setIp("10.0.0." + random.nextInt(30))
              .setShippingCountry(random.nextBoolean() ? "GB" : "FR")
              .setBillingCountry("GB")
              .build());
      if (i % 3 == 0 && i > 30) {
        outcome(
            "o" + (i - 30),
            random.nextInt(4) == 0 ? OutcomeLabel.CHARGEBACK : OutcomeLabel.LEGITIMATE,
            time);
      }
    }
    var placed = new HashMap<String, GatherMessage.Placed>();
    topic(Topics.FRAUD_GATHERING.name())
        .forEach(
            record -> {
              if (GatherMessage.fromBytes(record.value) instanceof GatherMessage.Placed p) {
                placed.put(record.key, p);
              }
            });
    var blocks = new HashMap<String, Map<EntityType, float[]>>();
    var pasts = new HashMap<String, PlainHistory>();
    for (var record : topic(Topics.FRAUD_PARTS.name())) {
      var mail = EntityMail.of(record.key, record.value);
      for (var party : mail.parties()) {
        var type = EntityMail.type(party);
        var past = pasts.computeIfAbsent(party, k -> new PlainHistory(type));
        if (mail.message() instanceof EntityMessage.Ordered ordered) {
          blocks
              .computeIfAbsent(ordered.orderId(), o -> new EnumMap<>(EntityType.class))
              .put(type, past.features(ordered.order()));
          past.add(ordered.order());
        } else if (mail.message() instanceof EntityMessage.Known known) {
          past.add(known.outcome());
        }
      }
    }

    assertThat(scores()).hasSize(400);
    var compared = 0;
    try (var rows = store("fraud-orders").all()) {
      while (rows.hasNext()) {
        var row = rows.next();
        var id = new String(row.key.get(), StandardCharsets.UTF_8);
        var scored = (OrderRow.Scored) OrderRow.fromBytes(row.value);
        if (scored.features().length > 0) {
          var expected = Features.vector(placed.get(id).order(), blocks.get(id), ZoneOffset.UTC);
          var features = Features.fromBytes(scored.features());
          for (var k = 0; k < expected.length; k++) {
            assertThat(features[k]).as(Features.name(k) + " of " + id).satisfies(same(expected[k]));
          }
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(350);
  }

  private static Consumer<Float> same(float expected) {
    return value -> {
      if (Float.isNaN(expected)) {
        assertThat(value).isNaN();
      } else {
        assertThat(value).isCloseTo(expected, within(1e-3f + 1e-3f * Math.abs(expected)));
      }
    };
  }

  private List<KeyValue<String, byte[]>> topic(String name) {
    return driver
        .createOutputTopic(name, new StringDeserializer(), new ByteArrayDeserializer())
        .readKeyValuesToList();
  }
}
