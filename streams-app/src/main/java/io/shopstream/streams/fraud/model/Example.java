package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import java.util.Optional;

/**
 * An order whose outcome is known, with the features as they stood when it was scored. Immutable.
 */
public final class Example {
  private final String orderId;
  private final byte[] features;
  private final double margin;
  private final boolean fraud;

  /**
   * An example.
   *
   * @param orderId the order
   * @param features the vector in its compact form ({@code Features.toBytes}); kept, not copied
   * @param margin the log-odds the model gave it at that time, before calibration
   * @param fraud whether it was a fraud
   */
  public Example(String orderId, byte[] features, double margin, boolean fraud) {
    this.orderId = orderId;
    this.features = features;
    this.margin = margin;
    this.fraud = fraud;
  }

  private static final int FORMAT = 1;
  private static final int FORGOTTEN = 2;

  /** In the place of an example: what is known of an order is to be forgotten. */
  public static byte[] forgotten(String orderId) {
    ByteWriter out = new ByteWriter(orderId.length() + 8);
    out.putByte(FORGOTTEN);
    out.putText(orderId);
    return out.toBytes();
  }

  /** The order that {@link #forgotten} names; empty when the bytes are an example. */
  public static Optional<String> forgottenOrder(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    return in.getByte() == FORGOTTEN ? Optional.of(in.getText()) : Optional.empty();
  }

  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(features.length + 96);
    out.putByte(FORMAT);
    out.putByte(fraud ? 1 : 0);
    out.putDouble(margin);
    out.putText(orderId);
    out.putBlock(features);
    return out.toBytes();
  }

  /**
   * Reads an example.
   *
   * @throws IllegalArgumentException when the bytes are not one
   */
  public static Example fromBytes(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException("an example of format " + format + ", known: " + FORMAT);
    }
    boolean fraud = in.getByte() == 1;
    double margin = in.getDouble();
    return new Example(in.getText(), in.getBlock(), margin, fraud);
  }

  String orderId() {
    return orderId;
  }

  byte[] features() {
    return features;
  }

  /** The log-odds the model gave it when it was scored. */
  public double margin() {
    return margin;
  }

  /** Whether it was a fraud. */
  public boolean fraud() {
    return fraud;
  }
}
