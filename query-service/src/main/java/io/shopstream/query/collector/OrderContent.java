package io.shopstream.query.collector;

import io.shopstream.events.Order;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** The hash that tells two orders with one id apart: SHA-256 of the order as Avro binary. */
final class OrderContent {

  private OrderContent() {}

  static byte[] hash(Order order) {
    try {
      var bytes = new ByteArrayOutputStream(256);
      var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new SpecificDatumWriter<Order>(Order.getClassSchema()).write(order, encoder);
      encoder.flush();
      return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
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
