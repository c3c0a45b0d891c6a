package io.shopstream.query.recommend.chain;

import java.util.List;

/** What speaks for an item: what the reasons given to people are made from. */
public sealed interface Because {

  /**
   * Visits (orders) held it together with another item.
   *
   * @param kind viewed or bought
   * @param itemId the other item
   * @param support how many held both, as counted in the other item's row
   * @param atLeast whether there may have been more that the row does not know of
   */
  record Together(String kind, String itemId, long support, boolean atLeast) implements Because {}

  /** It is of a category that the user is drawn to; share of all their interest, 0 to 1. */
  record FavouriteCategory(String category, double share) implements Because {}

  /** It is of a brand that the user is drawn to; share of all their interest, 0 to 1. */
  record FavouriteBrand(String brand, double share) implements Because {}

  /**
   * The catalogue says much the same of it as of another item.
   *
   * @param itemId the other item
   * @param shared what they have in common, what says most first
   */
  record Alike(String itemId, List<String> shared) implements Because {}

  /**
   * It is seen more lately than its past lets expect.
   *
   * @param category where; null for the whole shop
   * @param recent decayed visits and orders lately
   * @param expected what its past lets expect
   */
  record Rising(String category, double recent, double expected) implements Because {}

  /** It is of the most popular of a category; null for the whole shop. */
  record Popular(String category) implements Because {}

  /** It is in the catalogue and nobody has seen it yet. */
  record Unseen() implements Because {}
}
