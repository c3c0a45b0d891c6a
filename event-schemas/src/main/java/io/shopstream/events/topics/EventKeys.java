package io.shopstream.events.topics;

import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.RecommendationImpression;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** The key that an event is published under, and so the shopper it counts for. */
public final class EventKeys {

  private EventKeys() {}

  /** A click belongs to the user when known, else to the visitor. */
  public static String of(Click click) {
    return click.getUserId() == null ? click.getVisitorId() : click.getUserId();
  }

  /** An impression belongs to whom a click on it would belong to. */
  public static String of(RecommendationImpression impression) {
    return impression.getUserId() == null ? impression.getVisitorId() : impression.getUserId();
  }

  /**
   * The partition of a key, as the producer's default partitioner finds it (murmur2).
   *
   * @param partitions of the topic, 1 or more
   */
  public static int partition(String key, int partitions) {
    return partition(key.getBytes(StandardCharsets.UTF_8), partitions);
  }

  /** The same for a key in UTF-8. */
  public static int partition(byte[] key, int partitions) {
    return BuiltInPartitioner.partitionForKey(key, partitions);
  }

  /**
   * An order belongs to the user when known, else to the visitor, else to itself; what is taken
   * back of an order that belongs to itself belongs to that one.
   */
  public static String of(Order order) {
    if (order.getUserId() != null) {
      return order.getUserId();
    }
    if (order.getVisitorId() != null) {
      return order.getVisitorId();
    }
    return order.getKind() == OrderKind.PLACED || order.getOriginalOrderId() == null
        ? order.getOrderId()
        : order.getOriginalOrderId();
  }
}
