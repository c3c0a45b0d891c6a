package io.shopstream.streams.profile;

import static io.shopstream.streams.profile.OrdersByIdProcessor.ORDERS_BY_ID;
import static io.shopstream.streams.profile.ShopperProcessor.PAIR_OUTBOX;
import static io.shopstream.streams.profile.ShopperProcessor.SEEN_EVENTS;
import static io.shopstream.streams.profile.ShopperProcessor.USER_PROFILES;

import io.shopstream.events.Click;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.Order;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.feedback.RecommendedClicksProcessor;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.Outbox;
import io.shopstream.streams.store.RowStoreBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The user-profiles application: keyed by the shopper.
 *
 * <pre>
 *   clickstream ─┬─ recommended-clicks ── recommendation-clicks
 *                ├─ partition-check ── shopper ── item-pairs
 *   orders ──────┤        │              └ user-profiles, seen-events, pair-outbox
 *                │        └ (in the wrong place) ── clickstream, orders
 *                └─ by order id ── order-check
 *                                     └ orders-by-id
 * </pre>
 */
public final class UserProfilesTopology implements StreamsTopology {

  public static final String APPLICATION_ID = "user-profiles";

  private static final String ORDERS_REPARTITION = "orders-by-id";

  private final AvroSerdes serdes;
  private final ProfileSettings settings;
  private final int partitions;

  public UserProfilesTopology(AvroSerdes serdes, ProfileSettings settings, int partitions) {
    this.serdes = serdes;
    this.settings = settings;
    this.partitions = partitions;
  }

  @Override
  public String applicationId() {
    return APPLICATION_ID;
  }

  @Override
  public Tuning tuning() {
    return settings.tuning();
  }

  @Override
  public List<QueryableStore> queryableStores() {
    return List.of(
        new QueryableStore(
            StateStore.USER_PROFILES, Topics.CLICKSTREAM.name(), UserProfilesTopology::profile),
        QueryableStore.asStored(
            StateStore.ORDERS, APPLICATION_ID + "-" + ORDERS_REPARTITION + "-repartition"));
  }

  private static byte[] profile(byte[] key, byte[] value) {
    return AvroBinary.encode(
        UserState.of(value).toProfile(new String(key, StandardCharsets.UTF_8)));
  }

  @Override
  public Topology build() {
    var builder = new StreamsBuilder();
    builder.addStateStore(rowStore(ORDERS_BY_ID));
    builder.stream(
            Topics.ORDERS.name(),
            Consumed.with(Serdes.String(), serdes.values(Order.class)).withName("orders"))
        .selectKey((shopper, order) -> order.getOrderId(), Named.as("order-id"))
        .repartition(
            Repartitioned.with(Serdes.String(), serdes.values(Order.class))
                .withName(ORDERS_REPARTITION)
                .withNumberOfPartitions(partitions))
        .process(OrdersByIdProcessor::new, Named.as("order-check"), ORDERS_BY_ID);

    var key = Serdes.String();
    return builder
        .build()
        .addSource(
            "clickstream",
            key.deserializer(),
            serdes.deserializer(Click.class),
            Topics.CLICKSTREAM.name())
        .addProcessor(
            "partition-check",
            () -> new PartitionCheck(partitions, "shopper", "clicks-anew", "orders-anew"),
            "clickstream",
            "orders")
        .addProcessor(
            "shopper", () -> new ShopperProcessor(settings, partitions), "partition-check")
        .addStateStore(rowStore(USER_PROFILES), "shopper")
        .addStateStore(rowStore(SEEN_EVENTS), "shopper")
        .addStateStore(Outbox.builder(PAIR_OUTBOX), "shopper")
        .addSink(
            "item-pairs",
            Topics.ITEM_PAIRS.name(),
            Serdes.Integer().serializer(),
            serdes.serializer(ItemPairs.class),
            partitionOfKey(),
            "shopper")
        .addProcessor("recommended-clicks", RecommendedClicksProcessor::new, "clickstream")
        .addSink(
            "recommendation-clicks",
            Topics.RECOMMENDATION_CLICKS.name(),
            key.serializer(),
            serdes.serializer(Click.class),
            "recommended-clicks")
        .addSink(
            "clicks-anew",
            Topics.CLICKSTREAM.name(),
            key.serializer(),
            serdes.serializer(Click.class),
            "partition-check")
        .addSink(
            "orders-anew",
            Topics.ORDERS.name(),
            key.serializer(),
            serdes.serializer(Order.class),
            "partition-check");
  }

  /** The key of a record of item-pairs is the partition itself. */
  private static StreamPartitioner<Integer, ItemPairs> partitionOfKey() {
    return (topic, partition, value, count) -> Optional.of(Set.of(partition));
  }

  private RowStoreBuilder rowStore(String name) {
    return new RowStoreBuilder(name, settings.tableBytes(), settings.dirtyBytes());
  }
}
