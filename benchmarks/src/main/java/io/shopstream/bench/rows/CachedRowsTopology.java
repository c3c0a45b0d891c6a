package io.shopstream.bench.rows;

import io.shopstream.bench.contender.CachedRows;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The item-co-occurrence application with Kafka Streams' own caching store for its rows. */
final class CachedRowsTopology {

  private CachedRowsTopology() {}

  static Topology build(AvroSerdes serdes, int neighbours) {
    return new Topology()
        .addSource(
            Topics.ITEM_PAIRS.name(),
            Serdes.ByteArray().deserializer(),
            serdes.deserializer(ItemPairs.class),
            Topics.ITEM_PAIRS.name())
        .addProcessor("co-occurrence", () -> new Rows(neighbours), Topics.ITEM_PAIRS.name())
        .addStateStore(CachedRows.builder(StateStore.ITEM_NEIGHBOURS.storeName()), "co-occurrence");
  }

  private static final class Rows implements Processor<byte[], ItemPairs, Void, Void> {

    private final int neighbours;
    private CachedRows rows;

    Rows(int neighbours) {
      this.neighbours = neighbours;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      rows =
          new CachedRows(context.getStateStore(StateStore.ITEM_NEIGHBOURS.storeName()), neighbours);
    }

    @Override
    public void process(Record<byte[], ItemPairs> record) {
      record.value().getGroups().forEach(rows::apply);
    }
  }
}
