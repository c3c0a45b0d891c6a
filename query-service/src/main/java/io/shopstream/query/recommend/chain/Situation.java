package io.shopstream.query.recommend.chain;

import io.shopstream.query.recommend.VisitScorer.VisitRow;
import java.util.List;

/**
 * What is known of whom something is recommended to.
 *
 * @param visitKind what the rows of the visit count: viewed or bought
 * @param visit items of the visit with their rows, newest last
 * @param basket items in the basket with their rows of orders, newest last; empty when the visit's
 *     rows are of orders already
 * @param tastes of the user, strongest first
 * @param nowMs time that weights are decayed to, in milliseconds since 1970-01-01 UTC
 */
public record Situation(
    String visitKind, List<VisitRow> visit, List<VisitRow> basket, List<Taste> tastes, long nowMs) {

  /** What kind of taste it is. */
  public enum Dimension {
    CATEGORY,
    BRAND,
    PRICE_BAND
  }

  /**
   * How much a user is drawn to something.
   *
   * @param value the category, the brand, or the number of the octave of the price
   * @param share of all their interest in this dimension, 0 to 1
   */
  public record Taste(Dimension dimension, String value, double share) {}
}
