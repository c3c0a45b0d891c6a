package io.shopstream.streams.profile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a shopper's newest orders count for bought-together, so that it can be taken back: of each
 * order its time, the pieces left of each item that counts, and the items viewed before it. An item
 * of an order counts as long as a piece of it is kept. An immutable value; its binary form is a
 * format version and the orders, newest last.
 *
 * @param orders newest last, by arrival, at most {@value #MAX_ORDERS}
 */
record KeptOrders(List<Kept> orders) {

  /** Orders remembered; older ones can no longer be taken back. */
  static final int MAX_ORDERS = 20;

  /** Nothing was ordered yet. */
  static final KeptOrders NONE = new KeptOrders(List.of());

  private static final byte VERSION = 1;

  /**
   * An order of which something is kept.
   *
   * @param idHash {@link io.shopstream.events.state.ItemHash} of its id
   * @param timeMs its time in milliseconds since 1970-01-01 UTC
   * @param pieces left of each item that counts, in line order, each 1 or more
   * @param viewed items of the visit that led to it
   */
  record Kept(long idHash, long timeMs, Map<String, Integer> pieces, List<String> viewed) {}

  /**
   * What one order counts less.
   *
   * @param order as it was before
   * @param gone its items of which nothing is left
   */
  record TakenBack(Kept order, Set<String> gone) {
    /** Whether nothing is left of the order. */
    boolean isWhole() {
      return gone.size() == order.pieces().size();
    }
  }

  /** What is left, and what goes. */
  record Outcome(KeptOrders left, List<TakenBack> takenBack) {}

  /** The orders after another one was placed. */
  KeptOrders with(Kept placed) {
    var more = new ArrayList<>(orders);
    more.add(placed);
    return new KeptOrders(
        List.copyOf(more.subList(Math.max(0, more.size() - MAX_ORDERS), more.size())));
  }

  /**
   * Pieces were cancelled or sent back.
   *
   * @param idHash the order they belong to, if known; otherwise they are taken from the newest
   *     orders that hold the item and were placed no later than {@code timeMs}
   * @param returned pieces of each item. More than are kept change nothing more
   */
  Outcome takeBack(Optional<Long> idHash, long timeMs, Map<String, Integer> returned) {
    var left = new ArrayList<Kept>();
    var takenBack = new ArrayList<TakenBack>();
    var wanted = new LinkedHashMap<>(returned);
    var byTime = new ArrayList<>(orders);
    // Orders of one time stay in the order of their arrival.
    byTime.sort((one, other) -> Long.compare(one.timeMs(), other.timeMs()));
    var after = new LinkedHashMap<Kept, Kept>();
    for (int o = byTime.size() - 1; o >= 0; o--) {
      var order = byTime.get(o);
      boolean meant = idHash.map(hash -> hash == order.idHash()).orElse(order.timeMs() <= timeMs);
      if (meant) {
        var pieces = new LinkedHashMap<>(order.pieces());
        var gone = new LinkedHashSet<String>();
        for (var item : order.pieces().keySet()) {
          int taken = Math.min(pieces.get(item), wanted.getOrDefault(item, 0));
          if (taken > 0) {
            wanted.merge(item, -taken, Integer::sum);
            if (pieces.merge(item, -taken, Integer::sum) == 0) {
              pieces.remove(item);
              gone.add(item);
            }
          }
        }
        if (!gone.isEmpty()) {
          takenBack.add(new TakenBack(order, gone));
        }
        after.put(order, new Kept(order.idHash(), order.timeMs(), pieces, order.viewed()));
      }
    }
    for (var order : orders) {
      var now = after.getOrDefault(order, order);
      if (!now.pieces().isEmpty()) {
        left.add(now);
      }
    }
    return new Outcome(new KeptOrders(List.copyOf(left)), takenBack);
  }

  /** The binary form. */
  byte[] toBytes() {
    int size = 2;
    for (var order : orders) {
      size += 2 * Long.BYTES + 2;
      size += order.pieces().size() * (1 + Visit.MAX_ID_BYTES + Integer.BYTES);
      size += order.viewed().size() * (1 + Visit.MAX_ID_BYTES);
    }
    var out = ByteBuffer.allocate(size).put(VERSION).put((byte) orders.size());
    for (var order : orders) {
      out.putLong(order.idHash()).putLong(order.timeMs()).put((byte) order.pieces().size());
      order
          .pieces()
          .forEach(
              (item, pieces) -> {
                putId(out, item);
                out.putInt(pieces);
              });
      out.put((byte) order.viewed().size());
      order.viewed().forEach(item -> putId(out, item));
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is of another format version
   */
  static KeptOrders of(byte[] bytes) {
    if (bytes.length < 2 || bytes[0] != VERSION) {
      throw new IllegalArgumentException("Not orders kept of format version " + VERSION);
    }
    var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    int count = in.get();
    var orders = new ArrayList<Kept>(count);
    for (int o = 0; o < count; o++) {
      long idHash = in.getLong();
      long timeMs = in.getLong();
      int items = in.get();
      var pieces = new LinkedHashMap<String, Integer>();
      for (int i = 0; i < items; i++) {
        var item = id(in);
        pieces.put(item, in.getInt());
      }
      int views = in.get();
      var viewed = new ArrayList<String>(views);
      for (int v = 0; v < views; v++) {
        viewed.add(id(in));
      }
      orders.add(new Kept(idHash, timeMs, pieces, List.copyOf(viewed)));
    }
    return new KeptOrders(List.copyOf(orders));
  }

  private static void putId(ByteBuffer out, String id) {
    var utf8 = id.getBytes(StandardCharsets.UTF_8);
    out.put((byte) utf8.length).put(utf8);
  }

  private static String id(ByteBuffer in) {
    var utf8 = new byte[in.get()];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
