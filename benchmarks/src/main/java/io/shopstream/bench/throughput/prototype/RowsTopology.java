package io.shopstream.bench.throughput.prototype;

import io.shopstream.bench.contender.BinaryAvroSerde;
import io.shopstream.bench.contender.CachedRows;
import io.shopstream.events.ItemUpdates;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Second application of the prototype: adds each record to its row.
 *
 * <pre>
 *   prototype-pairs ── row
 *                       └ rows
 * </pre>
 */
final class RowsTopology {

  static final String APPLICATION_ID = "prototype-rows";

  private static final String ROWS = "rows";

  private RowsTopology() {}

  static Topology build(int neighbours) {
    return new Topology()
        .addSource(
            "pairs",
            Serdes.String().deserializer(),
            new BinaryAvroSerde<>(ItemUpdates.class).deserializer(),
            VisitsTopology.PAIRS)
        .addProcessor("row", () -> new RowProcessor(neighbours), "pairs")
        .addStateStore(CachedRows.builder(ROWS), "row");
  }

  private static final class RowProcessor implements Processor<String, ItemUpdates, Void, Void> {

    private final int neighbours;
    private CachedRows rows;

    RowProcessor(int neighbours) {
      this.neighbours = neighbours;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      rows = new CachedRows(context.getStateStore(ROWS), neighbours);
    }

    @Override
    public void process(Record<String, ItemUpdates> record) {
      rows.apply(record.value());
    }
  }
}
