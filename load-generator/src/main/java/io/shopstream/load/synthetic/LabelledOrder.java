package io.shopstream.load.synthetic;

import io.shopstream.events.Order;

/**
 * A synthetic order with the truth about it.
 *
 * @param clicksBefore clicks that the shopper makes before, 0 or more
 */
public record LabelledOrder(Order order, FraudKind kind, int clicksBefore) {}
