package io.shopstream.bench.throughput.prototype;

import io.shopstream.bench.contender.BinaryAvroSerde;
import io.shopstream.events.Click;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.profile.PairSink;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * First application of the prototype: follows visits and sends, at once, a record for each row that
 * gains.
 *
 * <pre>
 *   clickstream ── visit ── prototype-pairs
 *                    └ visits
 * </pre>
 */
public final class VisitsTopology {

  static final String APPLICATION_ID = "prototype-visits";

  /** Topic between the two applications. */
  public static final String PAIRS = "prototype-pairs";

  private static final String VISITS = "visits";

  private VisitsTopology() {}

  static Topology build(AvroSerdes serdes) {
    return new Topology()
        .addSource(
            "clickstream",
            Serdes.String().deserializer(),
            serdes.deserializer(Click.class),
            Topics.CLICKSTREAM.name())
        .addProcessor("visit", VisitProcessor::new, "clickstream")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(VISITS), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled(),
            "visit")
        .addSink(
            "pairs",
            PAIRS,
            Serdes.String().serializer(),
            new BinaryAvroSerde<>(ItemUpdates.class).serializer(),
            "visit");
  }

  private static final class VisitProcessor
      extends ContextualProcessor<String, Click, String, ItemUpdates> {

    private final VisitPairs visitPairs =
        new VisitPairs(VisitPairs.Settings.DEFAULT, VisitPairs.Caps.NONE);
    private final UpdatesOfOneClick gained = new UpdatesOfOneClick();
    private KeyValueStore<String, byte[]> visits;

    @Override
    public void init(ProcessorContext<String, ItemUpdates> context) {
      super.init(context);
      visits = context.getStateStore(VISITS);
    }

    @Override
    public void process(Record<String, Click> record) {
      var click = record.value();
      switch (click.getType()) {
        case VIEW, ADD_TO_CART -> {
          var bytes = visits.get(record.key());
          var visit =
              visitPairs.touched(
                  bytes == null ? Visit.NONE : Visit.of(bytes),
                  click.getItemId(),
                  click.getTimeMs(),
                  gained);
          visits.put(record.key(), visit.toBytes());
          for (var updates : gained.byItem.values()) {
            context().forward(record.withKey(updates.getItemId()).withValue(updates));
          }
          gained.byItem.clear();
        }
        case REMOVE_FROM_CART, SEARCH, UNKNOWN -> {
          // Makes no pairs.
        }
      }
    }
  }

  /** All partners that an item gains by one click travel together. */
  private static final class UpdatesOfOneClick implements PairSink {

    private final LinkedHashMap<String, ItemUpdates> byItem = new LinkedHashMap<>();

    @Override
    public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
      byItem.put(
          itemId,
          new ItemUpdates(itemId, kind, timeMs, weight, support, new ArrayList<>(), 0.0, 0.0));
    }

    @Override
    public void pair(
        PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
      byItem
          .computeIfAbsent(
              itemId,
              item -> new ItemUpdates(item, kind, timeMs, 0.0, 0, new ArrayList<>(), 0.0, 0.0))
          .getNeighbours()
          .add(new PairUpdate(neighbourId, weight, support));
    }
  }
}
