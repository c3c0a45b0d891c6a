package io.shopstream.streams.profile;

import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.util.ArrayList;
import org.apache.kafka.common.utils.Bytes;

/**
 * Forgets events that arrived longer ago than the horizon. Walks the store a slice at a time, so
 * that no sweep takes long, and begins anew at its end.
 */
final class SeenEventsSweep {

  private static final int ROWS_A_SLICE = 2_000;

  private final RowStore store;
  private final long horizonMs;
  private Bytes from = Bytes.wrap(new byte[0]);

  SeenEventsSweep(RowStore store, Duration horizon) {
    this.store = store;
    this.horizonMs = horizon.toMillis();
  }

  /** Sweeps the next slice. */
  void next(long nowMs) {
    var expired = new ArrayList<Bytes>();
    var rows = 0;
    try (var iterator = store.range(from, null)) {
      while (iterator.hasNext() && rows++ < ROWS_A_SLICE) {
        var row = iterator.next();
        from = row.key;
        if (SeenEvents.lastArrivalMs(row.value).filter(at -> at < nowMs - horizonMs).isPresent()) {
          expired.add(row.key);
        }
      }
      if (!iterator.hasNext()) {
        from = Bytes.wrap(new byte[0]);
      }
    }
    expired.forEach(key -> store.put(key, null));
  }
}
