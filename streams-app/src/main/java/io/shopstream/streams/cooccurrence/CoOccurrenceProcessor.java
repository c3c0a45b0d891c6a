package io.shopstream.streams.cooccurrence;

import io.shopstream.events.ItemPopularity;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.store.RowStore;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Adds what items gained to their rows; messages are verified before they come here. The maths is
 * in {@link NeighbourRowEditor}.
 */
final class CoOccurrenceProcessor implements Processor<byte[], byte[], String, ItemPopularity> {

  private final ItemPairsReader reader = new ItemPairsReader();
  private final NeighbourRowEditor editor;
  private final Popularity.HalfLives halfLives;
  private ProcessorContext<String, ItemPopularity> context;
  private RowStore neighbours;
  private RowStore popularities;

  CoOccurrenceProcessor(CoOccurrenceSettings settings) {
    editor = NeighbourRowEditor.paced(settings.neighbours(), settings.halfLife());
    halfLives = settings.halfLives();
  }

  @Override
  public void init(ProcessorContext<String, ItemPopularity> context) {
    this.context = context;
    neighbours = context.getStateStore(StateStore.ITEM_NEIGHBOURS.storeName());
    popularities = context.getStateStore(StateStore.ITEM_POPULARITY.storeName());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    var updates = reader.read(record.value());
    while (updates.nextGroup()) {
      if (updates.kind() != PairKind.UNKNOWN) {
        var item = updates.itemKey();
        updateRow(item, updates);
        updatePopularity(item, updates, record.timestamp());
      }
    }
  }

  private void updateRow(byte[] item, ItemPairsReader updates) {
    var key = Bytes.wrap(StateStore.neighboursKey(updates.kind(), item));
    neighbours.put(key, editor.apply(neighbours.getForUpdate(key), updates));
  }

  private void updatePopularity(byte[] item, ItemPairsReader updates, long timestamp) {
    boolean isOwnEvidence = updates.kind() == PairKind.VIEWED || updates.kind() == PairKind.BOUGHT;
    if (!isOwnEvidence || (updates.ownSupport() == 0 && updates.ownWeight() == 0)) {
      return;
    }
    var key = Bytes.wrap(item);
    var bytes = popularities.getForUpdate(key);
    var popularity =
        (bytes == null ? Popularity.NONE : Popularity.of(bytes))
            .plus(
                updates.kind(),
                updates.timeMs(),
                updates.ownWeight(),
                editor.creditedOwnWeight(),
                updates.ownSupport(),
                halfLives);
    if (popularity.isWorthPublishing()) {
      popularity = popularity.published();
      context.forward(
          new Record<>(
              updates.itemId(), popularity.toRecord(updates.itemId(), halfLives), timestamp));
    }
    popularities.put(key, popularity.toBytes());
  }
}
