package io.shopstream.events.topics;

import io.shopstream.events.Click;
import io.shopstream.events.Order;

/** The key that an event is published under, and so the shopper it counts for. */
public final class EventKeys {

  private EventKeys() {}

  /** A click belongs to the user when known, else to the visitor. */
  public static String of(Click click) {
    return click.getUserId() == null ? click.getVisitorId() : click.getUserId();
  }

  /** An order belongs to the user when known, else to the visitor, else to itself. */
  public static String of(Order order) {
    if (order.getUserId() != null) {
      return order.getUserId();
    }
    return order.getVisitorId() == null ? order.getOrderId() : order.getVisitorId();
  }
}
