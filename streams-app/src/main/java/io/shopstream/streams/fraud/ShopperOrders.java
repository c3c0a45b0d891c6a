package io.shopstream.streams.fraud;

import io.shopstream.streams.store.RowStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The orders of each shopper, and when one was erased: rows in the partition of the shopper. A key
 * is the length of the shopper's id, the id, and the order's; that of an erasure ends with the
 * shopper. A value is when the row was written and the time of the order or of the erasure, in
 * milliseconds since 1970-01-01 UTC.
 */
final class ShopperOrders {

  private static final int VALUE_BYTES = 2 * Long.BYTES;

  private final RowStore rows;

  ShopperOrders(RowStore rows) {
    this.rows = rows;
  }

  /**
   * Whether an order counts: it has not been seen, and its shopper has not been erased since.
   * Remembers it if so.
   */
  boolean isNew(String shopper, String orderId, long timeMs, long nowMs) {
    var key = key(shopper, orderId);
    if (rows.getForUpdate(key) != null || timeMs <= erasedMs(shopper)) {
      return false;
    }
    rows.put(key, value(nowMs, timeMs));
    return true;
  }

  /**
   * Forgets the orders of a shopper up to a time, and remembers that.
   *
   * @return the orders
   */
  List<String> erase(String shopper, long untilMs, long nowMs) {
    var erased = new ArrayList<String>();
    forEach(
        rows,
        shopper,
        (orderId, timeMs) -> {
          if (timeMs <= untilMs) {
            erased.add(orderId);
          }
        });
    erased.forEach(orderId -> rows.put(key(shopper, orderId), null));
    rows.put(key(shopper, ""), value(nowMs, Math.max(untilMs, erasedMs(shopper))));
    return erased;
  }

  /** The orders of a shopper that are known, in the order of their ids. */
  static List<String> of(ReadOnlyKeyValueStore<Bytes, byte[]> rows, String shopper) {
    var orders = new ArrayList<String>();
    forEach(rows, shopper, (orderId, timeMs) -> orders.add(orderId));
    return orders;
  }

  /** When a row was written, in milliseconds since 1970-01-01 UTC. */
  static long writtenMs(byte[] row) {
    return ByteBuffer.wrap(row).getLong();
  }

  private static void forEach(
      ReadOnlyKeyValueStore<Bytes, byte[]> rows, String shopper, BiConsumer<String, Long> each) {
    var prefix = key(shopper, "").get();
    try (var found = rows.prefixScan(prefix, new ByteArraySerializer())) {
      while (found.hasNext()) {
        var row = found.next();
        var key = row.key.get();
        if (key.length > prefix.length) {
          var order =
              new String(key, prefix.length, key.length - prefix.length, StandardCharsets.UTF_8);
          each.accept(order, ByteBuffer.wrap(row.value).getLong(Long.BYTES));
        }
      }
    }
  }

  private long erasedMs(String shopper) {
    var row = rows.getForUpdate(key(shopper, ""));
    return row == null ? Long.MIN_VALUE : ByteBuffer.wrap(row).getLong(Long.BYTES);
  }

  private static byte[] value(long writtenMs, long timeMs) {
    return ByteBuffer.allocate(VALUE_BYTES).putLong(writtenMs).putLong(timeMs).array();
  }

  private static Bytes key(String shopper, String orderId) {
    var first = shopper.getBytes(StandardCharsets.UTF_8);
    var second = orderId.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(1 + first.length + second.length)
            .put((byte) first.length)
            .put(first)
            .put(second)
            .array());
  }
}
