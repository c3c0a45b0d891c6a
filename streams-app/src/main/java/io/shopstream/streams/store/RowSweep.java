package io.shopstream.streams.store;

import java.util.ArrayList;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;

/**
 * Deletes rows that have expired. Walks the store a slice at a time, so that no step takes long,
 * and begins anew at its end.
 */
public final class RowSweep {

  private static final int ROWS_A_SLICE = 2_000;

  private final RowStore store;
  private final BiPredicate<byte[], Long> expired;
  private Bytes from = Bytes.wrap(new byte[0]);

  /**
   * Sweeps a store.
   *
   * @param expired whether a row has expired at a time, in milliseconds since 1970-01-01 UTC
   */
  public RowSweep(RowStore store, BiPredicate<byte[], Long> expired) {
    this.store = store;
    this.expired = expired;
  }

  /** Sweeps the next slice; by the thread of the store's task. */
  public void next(long nowMs) {
    var toDelete = new ArrayList<Bytes>();
    try (var rows = store.range(from, null)) {
      for (var i = 0; i < ROWS_A_SLICE && rows.hasNext(); i++) {
        var row = rows.next();
        from = row.key;
        if (expired.test(row.value, nowMs)) {
          toDelete.add(row.key);
        }
      }
      if (!rows.hasNext()) {
        from = Bytes.wrap(new byte[0]);
      }
    }
    toDelete.forEach(key -> store.put(key, null));
  }
}
