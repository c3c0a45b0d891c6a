package io.shopstream.streams.fraud.messages;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * An order some of whose parts have not arrived.
 *
 * @param placedMs when the broker took the order, in milliseconds
 * @param blocks what its parties have said so far
 */
public record WaitingOrder(OrderFacts order, long placedMs, Map<EntityType, float[]> blocks) {
  private static final int FORMAT = 1;

  /** An order of which only itself is there. */
  public static WaitingOrder of(OrderFacts order, long placedMs) {
    return new WaitingOrder(order, placedMs, new EnumMap<>(EntityType.class));
  }

  /** The same with one more part; the first of a type counts. */
  public WaitingOrder with(EntityType type, float[] block) {
    var more = new EnumMap<EntityType, float[]>(EntityType.class);
    more.putAll(blocks);
    more.putIfAbsent(type, block);
    return new WaitingOrder(order, placedMs, more);
  }

  /** The parties that have not said anything yet. */
  public Set<EntityType> missing() {
    var missing = EnumSet.noneOf(EntityType.class);
    missing.addAll(order.ids().keySet());
    missing.removeAll(blocks.keySet());
    return missing;
  }

  public byte[] toBytes() {
    var out = new ByteWriter(1024);
    out.putByte(FORMAT);
    out.putVarint(placedMs);
    out.putBlock(order.toBytes());
    out.putByte(blocks.size());
    blocks.forEach(
        (type, block) -> {
          out.putByte(type.code());
          out.putBlock(Features.blockToBytes(block));
        });
    return out.toBytes();
  }

  /**
   * Reads a row.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  public static WaitingOrder fromBytes(byte[] bytes) {
    var in = new ByteReader(bytes);
    var format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException("a waiting order of format " + format + ", known: 1");
    }
    var placedMs = in.getVarint();
    var order = OrderFacts.fromBytes(in.getBlock());
    var blocks = new EnumMap<EntityType, float[]>(EntityType.class);
    for (var left = in.getByte(); left > 0; left--) {
      var type = EntityType.ofCode(in.getByte());
      blocks.put(type, Features.blockFromBytes(type, in.getBlock()));
    }
    return new WaitingOrder(order, placedMs, blocks);
  }
}
