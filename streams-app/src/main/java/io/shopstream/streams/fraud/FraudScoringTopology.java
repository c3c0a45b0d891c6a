package io.shopstream.streams.fraud;

import io.shopstream.events.EntityVelocity;
import io.shopstream.events.Erasure;
import io.shopstream.events.FraudScore;
import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OrdersOfShopper;
import io.shopstream.events.VelocityPartners;
import io.shopstream.events.VelocityWindow;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.fraud.features.EntityState;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.rules.RuleSet;
import io.shopstream.streams.runtime.FailedCasts;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.runtime.Urgency;
import io.shopstream.streams.store.RowStoreBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The fraud-scoring application. An order is spread once, to all its parties, and gathered once.
 *
 * <pre>
 *   keyed by shopper        keyed by party         keyed by order
 *
 *   orders ─┬─ spread ───── fraud-gathering ─────── gather ── fraud-scores
 *   erasures┘    └───────── fraud-parts ─ velocity ──┘ │ │
 *   order-outcomes ── outcome-check ───────────────────┘ ├── fraud-parts
 *   fraud-model (every instance) ────────────────────────┘── fraud-examples
 * </pre>
 */
public final class FraudScoringTopology implements StreamsTopology {

  public static final String APPLICATION_ID = "fraud-scoring";

  static final String FRAUD_SHOPPER_ORDERS = StateStore.FRAUD_SHOPPER_ORDERS.storeName();
  static final String FRAUD_ENTITIES = "fraud-entities";
  static final String FRAUD_WAITING = "fraud-waiting";
  static final String FRAUD_ORDERS = "fraud-orders";
  static final String FRAUD_REVIEWS = "fraud-reviews";
  static final String FRAUD_MODEL = "fraud-model-view";

  static final String GATHERING_SINK = "to-gathering";
  static final String PARTS_SINK = "to-parts";
  static final String BLOCKS_SINK = "parts-to-gathering";
  static final String SCORES_SINK = "to-scores";
  static final String OUTCOMES_SINK = "outcomes-to-parts";
  static final String EXAMPLES_SINK = "to-examples";
  static final String OUTCOMES_ANEW_SINK = "outcomes-anew";

  /** Orders of one shopper that one answer names; a shop's customers have fewer. */
  private static final int MOST_ORDERS_TOLD = 1_000;

  private final AvroSerdes serdes;
  private final FraudSettings settings;
  private final int partitions;
  private final Supplier<RuleSet> rules;
  private final Lag lag;
  private final FraudMetrics metrics;

  /**
   * The application.
   *
   * @param partitions of every topic
   * @param rules gives the rules to ask now
   * @param lag whether the application is behind
   */
  public FraudScoringTopology(
      AvroSerdes serdes,
      FraudSettings settings,
      int partitions,
      Supplier<RuleSet> rules,
      Lag lag,
      FraudMetrics metrics) {
    this.serdes = serdes;
    this.settings = settings;
    this.partitions = partitions;
    this.rules = rules;
    this.lag = lag;
    this.metrics = metrics;
  }

  @Override
  public String applicationId() {
    return APPLICATION_ID;
  }

  @Override
  public Urgency urgency() {
    return Urgency.AT_ONCE;
  }

  @Override
  public Tuning tuning() {
    return settings.tuning();
  }

  @Override
  public Map<String, Object> configuration() {
    return Map.of(
        // A thread that waits for records longer than this commits later.
        StreamsConfig.POLL_MS_CONFIG,
        settings.tuning().commitIntervalMs(),
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
        500,
        // The batches of so short a transaction are small, and lz4 takes 128 KB of memory for each.
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        "none",
        // Neither an outcome and the parts of another order have an order to keep, nor an order and
        // an erasure: what is erased goes by the times they name. While it keeps one, Kafka Streams
        // formats a message about each empty topic for every record.
        StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
        StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
  }

  @Override
  public List<QueryableStore> queryableStores() {
    return List.of(
        QueryableStore.translated(
            StateStore.FRAUD_ORDERS,
            Topics.FRAUD_GATHERING.name(),
            (key, row) -> GatherProcessor.answer(row)),
        QueryableStore.translated(
            StateStore.FRAUD_ENTITIES, Topics.FRAUD_PARTS.name(), FraudScoringTopology::velocity),
        QueryableStore.asStored(StateStore.FRAUD_REVIEWS, Topics.FRAUD_GATHERING.name()),
        new QueryableStore(
            StateStore.FRAUD_SHOPPER_ORDERS, Topics.ORDERS.name(), FraudScoringTopology::ordersOf));
  }

  private static Optional<byte[]> ordersOf(
      ReadOnlyKeyValueStore<Bytes, byte[]> rows, byte[] shopper) {
    var orders = ShopperOrders.of(rows, new String(shopper, StandardCharsets.UTF_8));
    return orders.isEmpty()
        ? Optional.empty()
        : Optional.of(
            AvroBinary.encode(
                new OrdersOfShopper(
                    orders.subList(0, Math.min(orders.size(), MOST_ORDERS_TOLD)), orders.size())));
  }

  private static Optional<byte[]> velocity(byte[] key, byte[] row) {
    var name = new String(key, StandardCharsets.UTF_8);
    var type = EntityType.of(name.substring(0, name.indexOf(':')));
    var state = EntityState.fromBytes(type, row);
    var velocity = state.velocity(Clock.systemUTC().millis());
    return Optional.of(
        AvroBinary.encode(
            new EntityVelocity(
                state.clockMs(),
                velocity.orders(),
                velocity.windows().stream()
                    .map(
                        in ->
                            new VelocityWindow(in.window().suffix(), in.orders(), in.amountMinor()))
                    .toList(),
                velocity.partners().stream()
                    .map(p -> new VelocityPartners(p.partner().plural(), p.distinct(), p.exact()))
                    .toList(),
                velocity.outcomes(),
                velocity.frauds())));
  }

  @Override
  public Topology build() {
    var text = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology(FailedCasts.handled(APPLICATION_ID))
        .addSource(
            "orders", text.deserializer(), unlessUnreadable(Order.class), Topics.ORDERS.name())
        .addSource(
            "erasures",
            text.deserializer(),
            unlessUnreadable(Erasure.class),
            Topics.ERASURES.name())
        .addProcessor(
            "spread", () -> new SpreadProcessor(settings, partitions), "orders", "erasures")
        .addStateStore(rarelyRead(FRAUD_SHOPPER_ORDERS).readInRanges(), "spread")
        .addSink(
            GATHERING_SINK,
            Topics.FRAUD_GATHERING.name(),
            text.serializer(),
            bytes.serializer(),
            "spread")
        .addSink(
            PARTS_SINK, Topics.FRAUD_PARTS.name(), text.serializer(), bytes.serializer(), "spread")
        .addSource(
            "fraud-parts", text.deserializer(), bytes.deserializer(), Topics.FRAUD_PARTS.name())
        .addProcessor("velocity", () -> new VelocityProcessor(settings), "fraud-parts")
        .addStateStore(rowStore(FRAUD_ENTITIES), "velocity")
        .addSink(
            BLOCKS_SINK,
            Topics.FRAUD_GATHERING.name(),
            text.serializer(),
            bytes.serializer(),
            "velocity")
        .addSource(
            "fraud-gathering",
            text.deserializer(),
            bytes.deserializer(),
            Topics.FRAUD_GATHERING.name())
        .addSource(
            "order-outcomes",
            text.deserializer(),
            serdes.deserializer(OrderOutcome.class),
            Topics.ORDER_OUTCOMES.name())
        .addProcessor(
            "outcome-check",
            () -> new OutcomeCheck(partitions, "gather", OUTCOMES_ANEW_SINK),
            "order-outcomes")
        .addSink(
            OUTCOMES_ANEW_SINK,
            Topics.FRAUD_GATHERING.name(),
            text.serializer(),
            bytes.serializer(),
            "outcome-check")
        .addProcessor(
            "gather",
            () -> new GatherProcessor(settings, partitions, rules, lag, metrics),
            "fraud-gathering",
            "outcome-check")
        .addStateStore(rowStore(FRAUD_WAITING), "gather")
        .addStateStore(rarelyRead(FRAUD_ORDERS), "gather")
        .addStateStore(rowStore(FRAUD_REVIEWS).readInRanges(), "gather")
        .addGlobalStore(
            Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(FRAUD_MODEL), text, Serdes.ByteArray())
                .withLoggingDisabled(),
            "fraud-model",
            text.deserializer(),
            bytes.deserializer(),
            Topics.FRAUD_MODEL.name(),
            "model-view",
            ModelUpdate::new)
        .addSink(
            SCORES_SINK,
            Topics.FRAUD_SCORES.name(),
            text.serializer(),
            serdes.serializer(FraudScore.class),
            "gather")
        .addSink(
            OUTCOMES_SINK,
            Topics.FRAUD_PARTS.name(),
            text.serializer(),
            bytes.serializer(),
            "gather")
        .addSink(
            EXAMPLES_SINK,
            Topics.FRAUD_EXAMPLES.name(),
            text.serializer(),
            bytes.serializer(),
            toTheLearner(),
            "gather");
  }

  /** One task learns: that of the first partition. */
  private static StreamPartitioner<String, byte[]> toTheLearner() {
    return (topic, key, value, count) -> Optional.of(Set.of(0));
  }

  private RowStoreBuilder rowStore(String name) {
    return new RowStoreBuilder(name, settings.tableBytes(), settings.dirtyBytes())
        .forgettingWithin(settings.changelogLag());
  }

  /** The same for rows that are read once, or not before days have gone by. */
  private RowStoreBuilder rarelyRead(String name) {
    return RowStoreBuilder.rarelyRead(name, settings.tableBytes(), settings.dirtyBytes())
        .forgettingWithin(settings.changelogLag());
  }

  /** Orders and erasures that cannot be read are sent to the dead letters by user-profiles. */
  private <T extends SpecificRecord> Deserializer<T> unlessUnreadable(Class<T> type) {
    return new NullIfUnreadable<>(serdes.deserializer(type));
  }

  /** Follows the topic of models. */
  private static final class ModelUpdate extends ContextualProcessor<String, byte[], Void, Void> {
    @Override
    public void process(Record<String, byte[]> record) {
      KeyValueStore<String, byte[]> view = context().getStateStore(FRAUD_MODEL);
      view.put(record.key(), record.value());
    }
  }
}
