package io.shopstream.streams.fraud.messages;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.OrderPart;
import io.shopstream.streams.fraud.features.OutcomePart;

/** What the parties to an order are told: that there is an order, or what became of one. */
public sealed interface EntityMessage {

  /** An order was placed; the features are wanted back. */
  record Ordered(String orderId, OrderPart order) implements EntityMessage {
    @Override
    public void write(ByteWriter out) {
      out.putByte(ORDERED);
      out.putText(orderId);
      out.putBlock(order.toBytes());
    }
  }

  /** What an order turned out to be. */
  record Known(OutcomePart outcome) implements EntityMessage {
    @Override
    public void write(ByteWriter out) {
      out.putByte(KNOWN);
      out.putVarint(outcome.knownTimeMs());
      out.putVarint(outcome.orderTimeMs());
      out.putVarint(outcome.amountMinor());
      out.putByte(outcome.fraud() ? 1 : 0);
      out.putDouble(outcome.probability());
    }
  }

  /**
   * A user is to be forgotten.
   *
   * @param user hash of the user's id, as partners know it
   */
  record Forget(long user) implements EntityMessage {
    @Override
    public void write(ByteWriter out) {
      out.putByte(FORGET);
      out.putLong(user);
    }
  }

  /** The tag of {@link Ordered}; part of the wire format. */
  int ORDERED = 1;

  /** The tag of {@link Known}; part of the wire format. */
  int KNOWN = 2;

  /** The tag of {@link Forget}; part of the wire format. */
  int FORGET = 3;

  /** Writes the compact form for the wire. */
  void write(ByteWriter out);

  /**
   * Reads the compact form.
   *
   * @throws IllegalArgumentException when the bytes are no such message
   */
  static EntityMessage read(ByteReader in) {
    var tag = in.getByte();
    return switch (tag) {
      case ORDERED -> new Ordered(in.getText(), OrderPart.fromBytes(in.getBlock()));
      case KNOWN ->
          new Known(
              new OutcomePart(
                  in.getVarint(),
                  in.getVarint(),
                  in.getVarint(),
                  in.getByte() == 1,
                  in.getDouble()));
      case FORGET -> new Forget(in.getLong());
      default -> throw new IllegalArgumentException("a message of kind " + tag + " is not known");
    };
  }
}
