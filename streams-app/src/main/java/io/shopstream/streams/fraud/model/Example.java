package io.shopstream.streams.fraud.model;

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

  String orderId() {
    return orderId;
  }

  byte[] features() {
    return features;
  }

  double margin() {
    return margin;
  }

  boolean fraud() {
    return fraud;
  }
}
