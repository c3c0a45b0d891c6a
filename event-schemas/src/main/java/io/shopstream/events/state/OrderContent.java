package io.shopstream.events.state;

import io.shopstream.events.Order;
import io.shopstream.events.serde.AvroBinary;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash that tells two orders with one id apart: SHA-256 of the order as Avro binary, without
 * what the collector fills in, which differs when an order is sent again.
 */
public final class OrderContent {

  private OrderContent() {}

  /** The hash of an order; the order is as it was afterwards. */
  public static byte[] hash(Order order) {
    var position = Order.getClassSchema().getField("visit_clicks").pos();
    var clicks = order.getVisitClicks();
    order.put(position, null);
    try {
      return MessageDigest.getInstance("SHA-256").digest(AvroBinary.encode(order));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    } finally {
      order.put(position, clicks);
    }
  }

  /** The hash that the order would have, had it been placed at another time. */
  public static byte[] hashAt(Order order, long timeMs) {
    var position = Order.getClassSchema().getField("time_ms").pos();
    var time = order.getTimeMs();
    order.put(position, timeMs);
    try {
      return hash(order);
    } finally {
      order.put(position, time);
    }
  }
}
