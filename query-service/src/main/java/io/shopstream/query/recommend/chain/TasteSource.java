package io.shopstream.query.recommend.chain;

import io.shopstream.query.catalog.ContentIndex;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.catalog.Ranking;
import io.shopstream.query.catalog.Ranking.Ranked;
import io.shopstream.query.recommend.chain.Situation.Dimension;
import io.shopstream.query.recommend.chain.Situation.Taste;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * What is popular in the categories and of the brands that a user is drawn to. An item scores by
 * the shares of the tastes that it meets, its category in full, its brand and price band in part,
 * times the logarithm of its popularity.
 */
public final class TasteSource implements Source {

  private static final double BRAND_WEIGHT = 0.7;
  private static final double PRICE_WEIGHT = 0.3;

  private final Supplier<Ranking> ranking;
  private final LongFunction<Item> items;

  /**
   * Proposes from a ranking.
   *
   * @param items the catalogue by hash; null for what it does not know
   */
  public TasteSource(Supplier<Ranking> ranking, LongFunction<Item> items) {
    this.ranking = ranking;
    this.items = items;
  }

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public List<Candidate> candidates(Situation situation, LongPredicate allowed, int wanted) {
    var now = ranking.get();
    var tasted = new HashMap<Long, Ranked>();
    for (var taste : situation.tastes()) {
      var group =
          switch (taste.dimension()) {
            case CATEGORY -> now.popularIn(taste.value());
            case BRAND -> now.popularOf(taste.value());
            case PRICE_BAND -> List.<Ranked>of(); // a price alone is no taste
          };
      for (var item : group) {
        if (allowed.test(item.itemHash())) {
          tasted.put(item.itemHash(), item);
        }
      }
    }
    var candidates = new ArrayList<Candidate>(tasted.size());
    for (var item : tasted.values()) {
      var known = items.apply(item.itemHash());
      if (known != null) {
        candidate(item, known, situation.tastes()).ifPresent(candidates::add);
      }
    }
    candidates.sort(
        Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
            .thenComparing(Candidate::itemId));
    return candidates.subList(0, Math.min(wanted, candidates.size()));
  }

  /** Empty for an item that has left the category or brand since the ranking was made. */
  private static Optional<Candidate> candidate(Ranked item, Item known, List<Taste> tastes) {
    var met = 0.0;
    var because = new ArrayList<Because>(2);
    for (var taste : tastes) {
      if (taste.dimension() == Dimension.CATEGORY && known.categoryPath().contains(taste.value())) {
        met += taste.share();
        because.add(new Because.FavouriteCategory(taste.value(), taste.share()));
      } else if (taste.dimension() == Dimension.BRAND && taste.value().equals(known.brand())) {
        met += BRAND_WEIGHT * taste.share();
        because.add(new Because.FavouriteBrand(taste.value(), taste.share()));
      } else if (taste.dimension() == Dimension.PRICE_BAND
          && known.priceMinor() != null
          && taste.value().equals(Integer.toString(ContentIndex.priceBand(known.priceMinor())))) {
        met += PRICE_WEIGHT * taste.share();
      }
    }
    if (because.isEmpty()) {
      return Optional.empty();
    }
    var score = met * (1 + Math.log1p(Math.max(0, item.weight())));
    return Optional.of(
        new Candidate(item.itemId(), item.itemHash(), Math.max(score, 1e-9), because));
  }
}
