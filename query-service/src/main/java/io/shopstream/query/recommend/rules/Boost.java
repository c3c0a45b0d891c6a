package io.shopstream.query.recommend.rules;

import io.shopstream.query.catalog.Item;

/**
 * Lifts or buries items.
 *
 * @param field what is compared
 * @param value with what
 * @param factor on the score: above 1 lifts, below 1 buries
 */
public record Boost(Field field, String value, double factor) {

  /** Least factor; the greatest is its inverse. */
  public static final double LEAST_FACTOR = 0.001;

  /** What a boost goes by. */
  public enum Field {
    ITEM,
    BRAND,
    CATEGORY
  }

  boolean appliesTo(String itemId, Item item) {
    return switch (field) {
      case ITEM -> value.equals(itemId);
      case BRAND -> item != null && value.equalsIgnoreCase(item.brand());
      case CATEGORY ->
          item != null && item.categoryPath().stream().anyMatch(value::equalsIgnoreCase);
    };
  }
}
