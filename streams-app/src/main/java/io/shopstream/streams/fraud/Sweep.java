package io.shopstream.streams.fraud;

import io.shopstream.streams.store.RowStore;
import java.util.LinkedHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;

/**
 * Walks a store a slice at a time, so that no sweep takes long, and hands over the rows whose time
 * is up. Begins anew at the end.
 */
final class Sweep {

  private static final int ROWS_A_SLICE = 500;

  private final RowStore store;
  private final Predicate<byte[]> isDue;
  private final BiConsumer<Bytes, byte[]> due;
  private Bytes from = Bytes.wrap(new byte[0]);

  /**
   * A sweep of one store.
   *
   * @param isDue whether a row's time is up
   * @param due takes such a row; may write to the store
   */
  Sweep(RowStore store, Predicate<byte[]> isDue, BiConsumer<Bytes, byte[]> due) {
    this.store = store;
    this.isDue = isDue;
    this.due = due;
  }

  /** Sweeps the next slice. */
  void next() {
    var found = new LinkedHashMap<Bytes, byte[]>();
    var rows = 0;
    try (var iterator = store.range(from, null)) {
      while (iterator.hasNext() && rows++ < ROWS_A_SLICE) {
        var row = iterator.next();
        from = row.key;
        if (isDue.test(row.value)) {
          found.put(row.key, row.value);
        }
      }
      if (!iterator.hasNext()) {
        from = Bytes.wrap(new byte[0]);
      }
    }
    found.forEach(due);
  }
}
