package io.shopstream.streams.store;

import java.util.LinkedHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;

/**
 * Finds rows whose time is up. Walks the store a slice at a time, so that no step takes long, and
 * begins anew at its end.
 */
public final class RowSweep {

  private final RowStore store;
  private final int rowsASlice;
  private final BiPredicate<byte[], Long> isDue;
  private final BiConsumer<Bytes, byte[]> due;
  private Bytes from = Bytes.wrap(new byte[0]);

  /**
   * Deletes the rows whose time is up.
   *
   * @param rowsASlice rows that one step looks at
   * @param isDue whether a row's time is up at a time, in milliseconds since 1970-01-01 UTC
   */
  public RowSweep(RowStore store, int rowsASlice, BiPredicate<byte[], Long> isDue) {
    this(store, rowsASlice, isDue, (key, row) -> store.put(key, null));
  }

  /**
   * Hands over the rows whose time is up.
   *
   * @param rowsASlice rows that one step looks at
   * @param isDue whether a row's time is up at a time, in milliseconds since 1970-01-01 UTC
   * @param due takes such a row; may write to the store
   */
  public RowSweep(
      RowStore store,
      int rowsASlice,
      BiPredicate<byte[], Long> isDue,
      BiConsumer<Bytes, byte[]> due) {
    this.store = store;
    this.rowsASlice = rowsASlice;
    this.isDue = isDue;
    this.due = due;
  }

  /** Sweeps the next slice; by the thread of the store's task. */
  public void next(long nowMs) {
    var found = new LinkedHashMap<Bytes, byte[]>();
    from =
        store.visit(
            from,
            rowsASlice,
            (key, row) -> {
              if (isDue.test(row, nowMs)) {
                found.put(key, row);
              }
            });
    found.forEach(due);
  }
}
