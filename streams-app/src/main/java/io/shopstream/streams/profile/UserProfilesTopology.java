package io.shopstream.streams.profile;

import static io.shopstream.events.state.StateStore.LINKED_VISITORS;
import static io.shopstream.streams.profile.OrdersByIdProcessor.ORDERS_BY_ID;
import static io.shopstream.streams.profile.ShopperProcessor.CATALOG_ITEMS;
import static io.shopstream.streams.profile.ShopperProcessor.PAIR_OUTBOX;
import static io.shopstream.streams.profile.Shoppers.DEADLINES;
import static io.shopstream.streams.profile.Shoppers.SEEN_EVENTS;
import static io.shopstream.streams.profile.Shoppers.USER_PROFILES;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.Order;
import io.shopstream.events.ProfileChange;
import io.shopstream.events.ProfileMove;
import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.feedback.RecommendedClicksProcessor;
import io.shopstream.streams.runtime.FailedCasts;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.StreamsConfiguration;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.runtime.Urgency;
import io.shopstream.streams.store.Outbox;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowStoreBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The user-profiles application: keyed by the shopper.
 *
 * <pre>
 *   clickstream ── recommended-clicks ── recommendation-clicks
 *
 *   clickstream ────┐
 *   orders ─────────┤                  ┌─ shopper ── item-pairs, profile-moves, profile-changes
 *   identity-links ─┼─ partition-check ┼─ identity-link ── profile-moves
 *   erasures ───────┘        │         └─ erasure ── erasures (of linked visitors)
 *                            └ (in the wrong place) ── the same topic
 *   profile-moves ── profile-move ── shopper, profile-moves, profile-changes, erasures
 *   orders ── by order id ── order-check
 *                              └ orders-by-id
 *   catalog ── catalog-items, a table that the shopper reads
 *
 *   stores of shopper, identity-link, erasure, profile-move: user-profiles, seen-events,
 *   profile-deadlines, linked-visitors; of shopper and erasure: kept-orders
 * </pre>
 */
public final class UserProfilesTopology implements StreamsTopology {

  public static final String APPLICATION_ID = "user-profiles";

  private static final String[] SHOPPERS = {"shopper", "identity-link", "erasure", "profile-move"};
  private static final String ORDERS_REPARTITION = "orders-by-id";

  /**
   * All tables together are so many parts. Each click reads and writes the row of a profile; rows
   * of the other stores are written when the hour of a visit is over, a basket is filled, an order
   * or a login comes, and are hardly ever read: a part each.
   */
  private static final int PARTS = 32;

  private static final int STORES_BESIDE_PROFILES = 5;

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
  public Urgency urgency() {
    return Urgency.SOON;
  }

  @Override
  public Tuning tuning() {
    return settings.tuning();
  }

  /**
   * A fetch waits a little for more: at full speed each brings many events, at rest none is late.
   */
  @Override
  public Map<String, Object> configuration() {
    var configuration =
        new HashMap<>(StreamsConfiguration.fetchedTogether(16 * 1024, Duration.ofMillis(20)));
    // Most batches of a commit are small, and lz4 takes 128 KB of memory for each: four fifths of
    // all that was allocated at 2,000 clicks a second.
    configuration.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "none");
    return configuration;
  }

  @Override
  public List<QueryableStore> queryableStores() {
    return List.of(
        QueryableStore.translated(
            StateStore.USER_PROFILES, Topics.CLICKSTREAM.name(), this::profile),
        QueryableStore.asStored(LINKED_VISITORS, Topics.CLICKSTREAM.name()),
        QueryableStore.asStored(
            StateStore.ORDERS, APPLICATION_ID + "-" + ORDERS_REPARTITION + "-repartition"));
  }

  private Optional<byte[]> profile(byte[] key, byte[] value) {
    var shopper = new String(key, StandardCharsets.UTF_8);
    var row = ShopperRow.of(value);
    var nowMs = System.currentTimeMillis();
    if (row instanceof ShopperRow.Profile profile) {
      return Optional.of(
          AvroBinary.encode(profile.state().toProfile(shopper, settings.rules(), nowMs)));
    }
    if (row instanceof ShopperRow.Forwarded to) {
      var nothing = UserState.unknown().toProfile(shopper, settings.rules(), nowMs);
      return Optional.of(
          AvroBinary.encode(
              UserProfile.newBuilder(nothing)
                  .setForwardedTo(to.userId())
                  .setFirstSeenTimeMs(to.linkedMs())
                  .setLastSeenTimeMs(to.usedMs())
                  .build()));
    }
    return Optional.empty();
  }

  @Override
  public Topology build() {
    var builder = new StreamsBuilder(FailedCasts.handled(APPLICATION_ID));
    builder.addStateStore(rowStore(ORDERS_BY_ID, 1));
    // Values stay as they are in the topic, so that no item can stop the thread that reads them.
    builder.globalTable(
        Topics.CATALOG.name(),
        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("catalog"),
        Materialized.<String, byte[], KeyValueStore<Bytes, byte[]>>as(CATALOG_ITEMS)
            .withKeySerde(Serdes.String())
            .withValueSerde(Serdes.ByteArray())
            .withCachingDisabled());
    builder.stream(
            Topics.ORDERS.name(),
            Consumed.with(Serdes.String(), serdes.values(Order.class)).withName("orders"))
        .selectKey((shopper, order) -> order.getOrderId(), Named.as("order-id"))
        .repartition(
            Repartitioned.with(Serdes.String(), serdes.values(Order.class))
                .withName(ORDERS_REPARTITION)
                .withNumberOfPartitions(partitions))
        .process(OrdersByIdProcessor::new, Named.as("order-check"), ORDERS_BY_ID);

    var topology = builder.build();
    source(topology, "clickstream", Topics.CLICKSTREAM, Click.class);
    source(topology, "identity-links", Topics.IDENTITY_LINKS, IdentityLink.class);
    source(topology, "erasures", Topics.ERASURES, Erasure.class);
    source(topology, "moves-in", Topics.PROFILE_MOVES, ProfileMove.class);
    topology
        .addProcessor(
            "partition-check",
            () ->
                new PartitionCheck(
                    partitions,
                    new PartitionCheck.Onward("shopper", "identity-link", "erasure"),
                    "clicks-anew",
                    "orders-anew",
                    "links-anew",
                    "erasures-anew"),
            "clickstream",
            "orders",
            "identity-links",
            "erasures")
        .addProcessor(
            "identity-link", () -> new IdentityLinkProcessor(settings.idle()), "partition-check")
        .addProcessor(
            "erasure", () -> new ErasureProcessor(settings.changelogLag()), "partition-check")
        .addProcessor(
            "profile-move",
            () ->
                new ProfileMoveProcessor(
                    settings, "shopper", "profile-moves", "erasures-anew", "profile-changes"),
            "moves-in")
        .addProcessor(
            "shopper",
            () ->
                new ShopperProcessor(
                    settings,
                    partitions,
                    serdes.deserializer(CatalogItem.class),
                    "item-pairs",
                    "profile-moves",
                    "profile-changes"),
            "partition-check",
            "profile-move")
        .addStateStore(personal(USER_PROFILES, PARTS - STORES_BESIDE_PROFILES), SHOPPERS)
        .addStateStore(personal(SEEN_EVENTS, 1), SHOPPERS)
        .addStateStore(personal(DEADLINES, 1), SHOPPERS)
        .addStateStore(personal(OrdersKept.STORE, 1), "shopper", "erasure")
        .addStateStore(personal(LINKED_VISITORS.storeName(), 1), "profile-move", "erasure")
        .addStateStore(Outbox.builder(PAIR_OUTBOX), "shopper")
        .addSink(
            "item-pairs",
            Topics.ITEM_PAIRS.name(),
            Serdes.Integer().serializer(),
            serdes.encodedSerializer(ItemPairs.class),
            partitionOfKey(),
            "shopper");
    sink(
        topology,
        "profile-moves",
        Topics.PROFILE_MOVES,
        ProfileMove.class,
        "shopper",
        "identity-link",
        "profile-move");
    sink(
        topology,
        "profile-changes",
        Topics.PROFILE_CHANGES,
        ProfileChange.class,
        "shopper",
        "profile-move");
    topology.addProcessor("recommended-clicks", RecommendedClicksProcessor::new, "clickstream");
    sink(
        topology,
        "recommendation-clicks",
        Topics.RECOMMENDATION_CLICKS,
        Click.class,
        "recommended-clicks");
    sink(topology, "clicks-anew", Topics.CLICKSTREAM, Click.class, "partition-check");
    sink(topology, "orders-anew", Topics.ORDERS, Order.class, "partition-check");
    sink(topology, "links-anew", Topics.IDENTITY_LINKS, IdentityLink.class, "partition-check");
    sink(
        topology,
        "erasures-anew",
        Topics.ERASURES,
        Erasure.class,
        "partition-check",
        "erasure",
        "profile-move");
    return topology;
  }

  private <T extends SpecificRecord> void source(
      Topology topology, String name, Topic topic, Class<T> type) {
    topology.addSource(
        name, Serdes.String().deserializer(), serdes.deserializer(type), topic.name());
  }

  private <T extends SpecificRecord> void sink(
      Topology topology, String name, Topic topic, Class<T> type, String... parents) {
    topology.addSink(
        name, topic.name(), Serdes.String().serializer(), serdes.serializer(type), parents);
  }

  /** The key of a record of item-pairs is the partition itself. */
  private static StreamPartitioner<Integer, byte[]> partitionOfKey() {
    return (topic, partition, value, count) -> Optional.of(Set.of(partition));
  }

  /** A store of what belongs to a person: its changelog forgets what was erased. */
  private StoreBuilder<RowStore> personal(String name, int parts) {
    return rowStore(name, parts).forgettingWithin(settings.changelogLag());
  }

  private RowStoreBuilder rowStore(String name, int parts) {
    return RowStoreBuilder.sharing(
        name, settings.tableBytes(), settings.dirtyBytes(), parts, PARTS);
  }
}
