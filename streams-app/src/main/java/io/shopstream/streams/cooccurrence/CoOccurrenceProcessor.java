package io.shopstream.streams.cooccurrence;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.store.RowStore;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Adds what items gained to their rows. The maths is in {@link NeighbourRowEditor}. */
final class CoOccurrenceProcessor implements Processor<byte[], ItemPairs, String, ItemPopularity> {

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
  public void process(Record<byte[], ItemPairs> record) {
    for (var updates : record.value().getGroups()) {
      if (updates.getKind() != PairKind.UNKNOWN) {
        updateRow(updates);
        updatePopularity(updates, record.timestamp());
      }
    }
  }

  private void updateRow(ItemUpdates updates) {
    var key = Bytes.wrap(StateStore.neighboursKey(updates.getKind(), updates.getItemId()));
    neighbours.put(key, editor.apply(neighbours.getForUpdate(key), updates));
  }

  private void updatePopularity(ItemUpdates updates, long timestamp) {
    boolean isOwnEvidence =
        updates.getKind() == PairKind.VIEWED || updates.getKind() == PairKind.BOUGHT;
    if (!isOwnEvidence || (updates.getOwnSupport() == 0 && updates.getOwnWeight() == 0)) {
      return;
    }
    var key = Bytes.wrap(StateStore.key(updates.getItemId()));
    var bytes = popularities.getForUpdate(key);
    var popularity =
        (bytes == null ? Popularity.NONE : Popularity.of(bytes))
            .plus(
                updates.getKind(),
                updates.getTimeMs(),
                updates.getOwnWeight(),
                editor.creditedOwnWeight(),
                updates.getOwnSupport(),
                halfLives);
    if (popularity.isWorthPublishing()) {
      popularity = popularity.published();
      context.forward(
          new Record<>(
              updates.getItemId(), popularity.toRecord(updates.getItemId(), halfLives), timestamp));
    }
    popularities.put(key, popularity.toBytes());
  }
}
