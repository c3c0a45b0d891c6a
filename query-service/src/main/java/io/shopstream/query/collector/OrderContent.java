package io.shopstream.query.collector;

import io.shopstream.events.Order;
import io.shopstream.events.serde.AvroBinary;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that tells two orders with one id apart: SHA-256 of the order as Avro binary. */
final class OrderContent {

  private OrderContent() {}

  static byte[] hash(Order order) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(AvroBinary.encode(order));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The hash that the order would have, had it been placed at another time. */
  static byte[] hashAt(Order order, long timeMs) {
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
