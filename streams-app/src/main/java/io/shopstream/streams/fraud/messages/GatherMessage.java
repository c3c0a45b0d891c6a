package io.shopstream.streams.fraud.messages;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.OrderFacts;
import java.util.ArrayList;
import java.util.List;

/** What comes together again under the id of an order. */
public sealed interface GatherMessage {

  /**
   * The order itself; one part is on its way for each of its parties.
   *
   * @param placedMs when the broker took the order, in milliseconds
   */
  record Placed(OrderFacts order, long placedMs) implements GatherMessage {
    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(320);
      out.putByte(PLACED);
      out.putVarint(placedMs);
      out.putBlock(order.toBytes());
      return out.toBytes();
    }
  }

  /** What some of its parties say. */
  record Parts(List<Part> parts) implements GatherMessage {
    public Parts {
      parts = List.copyOf(parts);
    }

    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(256);
      out.putByte(PARTS);
      for (var part : parts) {
        out.putByte(part.type().code());
        out.putBlock(part.block());
      }
      return out.toBytes();
    }
  }

  /**
   * What one of its parties says.
   *
   * @param block its features, in their compact form
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed, and never compared
  record Part(EntityType type, byte[] block) {}

  /** What it turned out to be, when that was published under another key or into another place. */
  record Outcome(boolean fraud, long knownMs) implements GatherMessage {
    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(16);
      out.putByte(OUTCOME);
      out.putByte(fraud ? 1 : 0);
      out.putVarint(knownMs);
      return out.toBytes();
    }
  }

  /**
   * Its shopper is to be forgotten, and so is the order.
   *
   * @param user hash of the shopper's id, as the partners of other parties know it
   */
  record Erased(long user) implements GatherMessage {
    @Override
    public byte[] toBytes() {
      var out = new ByteWriter(16);
      out.putByte(ERASED);
      out.putLong(user);
      return out.toBytes();
    }
  }

  /** The tag of {@link Placed}; part of the wire format. */
  int PLACED = 1;

  /** The tag of {@link Parts}; part of the wire format. */
  int PARTS = 2;

  /** The tag of {@link Outcome}; part of the wire format. */
  int OUTCOME = 3;

  /** The tag of {@link Erased}; part of the wire format. */
  int ERASED = 4;

  /** The compact form for the wire. */
  byte[] toBytes();

  /**
   * Reads the compact form.
   *
   * @throws IllegalArgumentException when the bytes are no such message
   */
  static GatherMessage fromBytes(byte[] bytes) {
    var in = new ByteReader(bytes);
    var tag = in.getByte();
    return switch (tag) {
      case PLACED -> {
        var placedMs = in.getVarint();
        yield new Placed(OrderFacts.fromBytes(in.getBlock()), placedMs);
      }
      case PARTS -> {
        var parts = new ArrayList<Part>(4);
        while (in.hasMore()) {
          parts.add(new Part(EntityType.ofCode(in.getByte()), in.getBlock()));
        }
        yield new Parts(parts);
      }
      case OUTCOME -> new Outcome(in.getByte() == 1, in.getVarint());
      case ERASED -> new Erased(in.getLong());
      default -> throw new IllegalArgumentException("a message of kind " + tag + " is not known");
    };
  }
}
