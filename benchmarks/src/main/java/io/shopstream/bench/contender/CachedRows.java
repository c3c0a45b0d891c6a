package io.shopstream.bench.contender;

import io.shopstream.events.ItemUpdates;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Rows as production edits them, in a store with Kafka Streams' own cache in front. */
public final class CachedRows {

  private final KeyValueStore<Bytes, byte[]> store;
  private final NeighbourRowEditor editor;

  /**
   * @param neighbours a row keeps at most
   */
  public CachedRows(KeyValueStore<Bytes, byte[]> store, int neighbours) {
    this.store = store;
    this.editor = new NeighbourRowEditor(neighbours, NeighbourRowEditor.DEFAULT_HALF_LIFE);
  }

  /** A builder for the topology. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingEnabled();
  }

  /** Adds updates to their row. */
  public void apply(ItemUpdates updates) {
    var key = Bytes.wrap(StateStore.neighboursKey(updates.getKind(), updates.getItemId()));
    store.put(key, editor.apply(store.get(key), updates));
  }
}
