package io.shopstream.streams.fraud.messages;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An order some of whose parts have not arrived. Its row begins with the parties that are missing,
 * one bit each, and ends with the parts as they came, so that a part is added without reading what
 * is there.
 *
 * @param placedMs when the broker took the order, in milliseconds
 * @param blocks what its parties have said so far
 */
public record WaitingOrder(OrderFacts order, long placedMs, Map<EntityType, float[]> blocks) {
  private static final int FORMAT = 2;
  private static final int MISSING = 1;

  /**
   * The row of an order of which only itself is there.
   *
   * @param placedMs when the broker took the order, in milliseconds
   */
  public static byte[] row(OrderFacts order, long placedMs) {
    var out = new ByteWriter(320);
    out.putByte(FORMAT);
    var missing = 0;
    for (var type : order.ids().keySet()) {
      missing |= 1 << type.code();
    }
    out.putByte(missing);
    out.putVarint(placedMs);
    out.putBlock(order.toBytes());
    return out.toBytes();
  }

  /** The row with more parts; those that are there or were never asked for are left out. */
  public static byte[] with(byte[] row, List<GatherMessage.Part> parts) {
    var missing = (int) row[MISSING];
    var out = new ByteWriter(row.length + 64 * parts.size());
    out.putBytes(row);
    for (var part : parts) {
      var bit = 1 << part.type().code();
      if ((missing & bit) != 0) {
        missing &= ~bit;
        out.putByte(part.type().code());
        out.putBlock(part.block());
      }
    }
    var more = out.toBytes();
    more[MISSING] = (byte) missing;
    return more;
  }

  /** Whether all parts are there. */
  public static boolean isWhole(byte[] row) {
    return row[MISSING] == 0;
  }

  /** The parties that have not said anything yet. */
  public Set<EntityType> missing() {
    var missing = EnumSet.noneOf(EntityType.class);
    missing.addAll(order.ids().keySet());
    missing.removeAll(blocks.keySet());
    return missing;
  }

  /**
   * Reads a row.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  public static WaitingOrder fromBytes(byte[] row) {
    var in = new ByteReader(row);
    var format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "a waiting order of format " + format + ", known: " + FORMAT);
    }
    in.getByte();
    var placedMs = in.getVarint();
    var order = OrderFacts.fromBytes(in.getBlock());
    var blocks = new EnumMap<EntityType, float[]>(EntityType.class);
    while (in.hasMore()) {
      var type = EntityType.ofCode(in.getByte());
      blocks.put(type, Features.blockFromBytes(type, in.getBlock()));
    }
    return new WaitingOrder(order, placedMs, blocks);
  }
}
