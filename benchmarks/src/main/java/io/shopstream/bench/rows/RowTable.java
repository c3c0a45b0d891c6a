package io.shopstream.bench.rows;

import io.shopstream.bench.contender.ContenderApplication;
import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;

/** What stands between rows and RocksDB. */
enum RowTable {
  /** The row store, as it ships. */
  ROW_STORE {
    @Override
    ContenderApplication application(ProductionSettings settings) {
      return settings.production(ItemCoOccurrenceTopology.APPLICATION_ID);
    }
  },
  /** Kafka Streams' own caching store, of the same size, with the same commit interval. */
  BUILT_IN_CACHE {
    @Override
    ContenderApplication application(ProductionSettings settings) {
      return settings.application(
          ItemCoOccurrenceTopology.APPLICATION_ID,
          CachedRowsTopology.build(settings.serdes(), settings.neighbours()),
          settings.itemCoOccurrence(),
          settings.itemCacheBytes());
    }
  };

  /** The item-co-occurrence application with this table. */
  abstract ContenderApplication application(ProductionSettings settings);

  /** In words. */
  String description() {
    return this == ROW_STORE ? "row store, as it ships" : "Kafka Streams' own cache";
  }
}
