package io.shopstream.streams.fraud.rules;

import io.shopstream.streams.fraud.features.OrderFacts;

/**
 * What rules look at: an order, its features ({@code Features.vector}) and the probability the
 * model gave it.
 */
public final class Subject {
  private final OrderFacts order;
  private final float[] features;
  private final double probability;

  /**
   * What rules look at.
   *
   * @param order the order
   * @param features its features; kept, not copied
   * @param probability of fraud, calibrated, 0 to 1
   */
  public Subject(OrderFacts order, float[] features, double probability) {
    this.order = order;
    this.features = features;
    this.probability = probability;
  }

  OrderFacts order() {
    return order;
  }

  double feature(int index) {
    return features[index];
  }

  double probability() {
    return probability;
  }
}
