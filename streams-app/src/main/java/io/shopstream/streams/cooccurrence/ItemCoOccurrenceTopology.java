package io.shopstream.streams.cooccurrence;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.FailedCasts;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.runtime.Urgency;
import io.shopstream.streams.runtime.VerifiedValues;
import io.shopstream.streams.store.RowStoreBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;

/**
 * The item-co-occurrence application: keyed by the item.
 *
 * <pre>
 *   item-pairs ── co-occurrence ── item-popularity
 *                   └ item-neighbours, item-popularity
 * </pre>
 */
public final class ItemCoOccurrenceTopology implements StreamsTopology {

  public static final String APPLICATION_ID = "item-co-occurrence";

  /**
   * How the memory for tables is divided: an item is popular in 60 bytes, and has a row of 5 KB.
   */
  private static final int PARTS = 8;

  private static final int PARTS_OF_POPULARITY = 1;

  private final AvroSerdes serdes;
  private final CoOccurrenceSettings settings;

  public ItemCoOccurrenceTopology(AvroSerdes serdes, CoOccurrenceSettings settings) {
    this.serdes = serdes;
    this.settings = settings;
  }

  @Override
  public String applicationId() {
    return APPLICATION_ID;
  }

  /** As urgent as user-profiles: what comes first would get ahead of what it feeds. */
  @Override
  public Urgency urgency() {
    return Urgency.SOON;
  }

  @Override
  public Tuning tuning() {
    return settings.tuning();
  }

  @Override
  public List<QueryableStore> queryableStores() {
    return List.of(
        QueryableStore.asStored(StateStore.ITEM_NEIGHBOURS, Topics.ITEM_PAIRS.name()),
        QueryableStore.translated(
            StateStore.ITEM_POPULARITY, Topics.ITEM_PAIRS.name(), this::popularity));
  }

  private Optional<byte[]> popularity(byte[] key, byte[] value) {
    return Optional.of(
        AvroBinary.encode(
            Popularity.of(value)
                .toRecord(new String(key, StandardCharsets.UTF_8), settings.halfLives())));
  }

  @Override
  public Topology build() {
    return new Topology(FailedCasts.handled(APPLICATION_ID))
        .addSource(
            "item-pairs",
            Serdes.ByteArray().deserializer(),
            new VerifiedValues(
                serdes.encodedDeserializer(ItemPairs.class), ItemPairsReader::requireReadable),
            Topics.ITEM_PAIRS.name())
        .addProcessor("co-occurrence", () -> new CoOccurrenceProcessor(settings), "item-pairs")
        .addStateStore(
            rowStore(StateStore.ITEM_NEIGHBOURS, PARTS - PARTS_OF_POPULARITY), "co-occurrence")
        .addStateStore(rowStore(StateStore.ITEM_POPULARITY, PARTS_OF_POPULARITY), "co-occurrence")
        .addSink(
            "item-popularity",
            Topics.ITEM_POPULARITY.name(),
            Serdes.String().serializer(),
            serdes.serializer(ItemPopularity.class),
            "co-occurrence");
  }

  private RowStoreBuilder rowStore(StateStore store, int parts) {
    return RowStoreBuilder.sharing(
        store.storeName(), settings.tableBytes(), settings.dirtyBytes(), parts, PARTS);
  }
}
