package io.shopstream.query.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The items of the shop at one time, by how popular they are and by how much they rise. Never
 * changed, only replaced.
 *
 * <p>An item rises when it is seen more lately than its own past lets expect. Of the visits lately,
 * r(i) an item and R in all, an item is expected to have its share of the past, e(i) = R · w(i) /
 * W; taking the shop's own R takes out the hour of the day and the season, which raise everything.
 * By chance r varies by about the root of e, so the rise is
 *
 * <pre>
 *   rise(i) = (r(i) − e(i)) / √(e(i) + doubt)
 * </pre>
 *
 * a number of standard deviations, where the doubt keeps two visits from being a trend.
 */
public final class Ranking {

  /** Below this a rise may be chance. */
  static final double LEAST_RISE = 2;

  private static final double DOUBT = 2;

  /** Below so many visits lately in the whole shop nothing rises. */
  private static final double QUIET = 1;

  /** Items of a category or a brand that are proposed. */
  private static final int MOST_OF_A_GROUP = 100;

  /**
   * What is known of an item.
   *
   * @param weight decayed number of visits and orders with it
   * @param recent the same of what was lately
   * @param updatedTimeMs when the catalogue spoke of it; 0 when it does not know it
   */
  record Known(
      String itemId,
      long itemHash,
      List<String> categoryPath,
      String brand,
      double weight,
      double recent,
      long updatedTimeMs) {}

  /**
   * An item in the ranking.
   *
   * @param weight decayed number of visits and orders with it, 0 when it was never seen
   * @param recent the same of what was lately
   * @param expected what its past let expect of it lately
   * @param rise in standard deviations
   */
  public record Ranked(
      String itemId, long itemHash, double weight, double recent, double expected, double rise) {}

  /** Of nothing. */
  public static final Ranking EMPTY = Ranking.of(List.of());

  private final List<Ranked> popular;
  private final List<Ranked> rising;
  private final Map<String, List<Ranked>> popularByCategory = new HashMap<>();
  private final Map<String, List<Ranked>> risingByCategory = new HashMap<>();
  private final Map<String, List<Ranked>> popularByBrand = new HashMap<>();

  private Ranking(List<Ranked> popular, List<Ranked> rising) {
    this.popular = popular;
    this.rising = rising;
  }

  /** Ranks items. */
  static Ranking of(List<Known> items) {
    var weights = 0.0;
    var recents = 0.0;
    for (var item : items) {
      weights += item.weight();
      recents += item.recent();
    }
    var share = weights > 0 ? recents / weights : 0;
    var byPopularity = new ArrayList<>(items);
    byPopularity.sort(
        Comparator.comparingDouble(Known::weight)
            .thenComparingLong(Known::updatedTimeMs)
            .reversed()
            .thenComparing(Known::itemId));
    var popular = new ArrayList<Ranked>(items.size());
    var risers = new ArrayList<Rising>();
    var ranking = new Ranking(popular, new ArrayList<>());
    for (var item : byPopularity) {
      var expected = item.weight() * share;
      var rise = (item.recent() - expected) / Math.sqrt(expected + DOUBT);
      var ranked =
          new Ranked(item.itemId(), item.itemHash(), item.weight(), item.recent(), expected, rise);
      popular.add(ranked);
      for (var category : item.categoryPath()) {
        add(ranking.popularByCategory, category, ranked);
      }
      if (item.brand() != null) {
        add(ranking.popularByBrand, item.brand(), ranked);
      }
      if (recents >= QUIET && rise >= LEAST_RISE) {
        risers.add(new Rising(item, ranked));
      }
    }
    risers.sort(
        Comparator.comparingDouble((Rising riser) -> -riser.ranked().rise())
            .thenComparing(riser -> riser.ranked().itemId()));
    for (var riser : risers) {
      ranking.rising.add(riser.ranked());
      for (var category : riser.item().categoryPath()) {
        add(ranking.risingByCategory, category, riser.ranked());
      }
    }
    return ranking;
  }

  private record Rising(Known item, Ranked ranked) {}

  private static void add(Map<String, List<Ranked>> groups, String name, Ranked item) {
    groups.computeIfAbsent(name, unused -> new ArrayList<>(4)).add(item);
  }

  private static List<Ranked> best(Map<String, List<Ranked>> groups, String name) {
    var group = groups.getOrDefault(name, List.of());
    return group.subList(0, Math.min(group.size(), MOST_OF_A_GROUP));
  }

  /**
   * All items, the most popular first; those never seen last, what is newest in the catalogue first
   * of them.
   */
  public List<Ranked> popular() {
    return popular;
  }

  /** Items that rise, the fastest first; none when the shop is quiet. */
  public List<Ranked> rising() {
    return rising;
  }

  /** The most popular of a category of any level. */
  public List<Ranked> popularIn(String category) {
    return best(popularByCategory, category);
  }

  /** All items of a category of any level, the most popular first. */
  public List<Ranked> allIn(String category) {
    return popularByCategory.getOrDefault(category, List.of());
  }

  /** The categories of all levels. */
  public Set<String> categories() {
    return popularByCategory.keySet();
  }

  /** The fastest rising of a category of any level. */
  public List<Ranked> risingIn(String category) {
    return best(risingByCategory, category);
  }

  /** The most popular of a brand. */
  public List<Ranked> popularOf(String brand) {
    return best(popularByBrand, brand);
  }
}
