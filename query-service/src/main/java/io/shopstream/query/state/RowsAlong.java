package io.shopstream.query.state;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Rows of item-neighbours that came with a profile, because the instance that was asked for it
 * updates them too. So they are never stale.
 */
public final class RowsAlong {

  /** No rows came along. */
  public static final RowsAlong NONE = new RowsAlong(List.of(), List.of());

  private final List<byte[]> keys;
  private final List<StateRow> rows;

  /**
   * @param rows a row a key
   */
  RowsAlong(List<byte[]> keys, List<StateRow> rows) {
    this.keys = keys;
    this.rows = rows;
  }

  /** The row of a key, {@link StateRow.Absent} if there is none; empty when it did not come. */
  public Optional<StateRow> find(byte[] key) {
    // A visit has few items.
    for (var i = 0; i < keys.size(); i++) {
      if (Arrays.equals(keys.get(i), key)) {
        return Optional.of(rows.get(i));
      }
    }
    return Optional.empty();
  }
}
