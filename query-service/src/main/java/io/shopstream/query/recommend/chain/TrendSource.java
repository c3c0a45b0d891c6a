package io.shopstream.query.recommend.chain;

import io.shopstream.events.state.ItemHash;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.catalog.Ranking;
import io.shopstream.query.catalog.Ranking.Ranked;
import io.shopstream.query.recommend.chain.Situation.Dimension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * What rises, the fastest first, then what is popular; in the categories at hand or in the shop. In
 * the shop there is always something, down to what nobody has seen yet.
 */
public final class TrendSource implements Source {

  private static final int MOST_CATEGORIES = 5;

  private final Supplier<Ranking> ranking;
  private final LongFunction<Item> items;
  private final boolean inCategories;

  private TrendSource(Supplier<Ranking> ranking, LongFunction<Item> items, boolean inCategories) {
    this.ranking = ranking;
    this.items = items;
    this.inCategories = inCategories;
  }

  /**
   * In the narrowest categories of the visit, the newest first, then in those the user is drawn to.
   *
   * @param items the catalogue by hash; null for what it does not know
   */
  public static Source inCategories(Supplier<Ranking> ranking, LongFunction<Item> items) {
    return new TrendSource(ranking, items, true);
  }

  /** In the whole shop. */
  public static Source inShop(Supplier<Ranking> ranking) {
    return new TrendSource(ranking, hash -> null, false);
  }

  @Override
  public String name() {
    return inCategories ? "category_trend" : "shop_trend";
  }

  @Override
  public List<Candidate> candidates(Situation situation, LongPredicate allowed, int wanted) {
    var now = ranking.get();
    var found = new Found(allowed, wanted);
    if (inCategories) {
      var categories = categories(situation);
      for (var category : categories) {
        found.add(now.risingIn(category), category, true);
      }
      for (var category : categories) {
        found.add(now.popularIn(category), category, false);
      }
    } else {
      found.add(now.rising(), null, true);
      found.add(now.popular(), null, false);
    }
    return found.candidates;
  }

  private Set<String> categories(Situation situation) {
    var categories = new LinkedHashSet<String>();
    var visit = situation.visit();
    for (var i = visit.size() - 1; i >= 0 && categories.size() < MOST_CATEGORIES; i--) {
      var item = items.apply(ItemHash.of(visit.get(i).itemId()));
      if (item != null && item.category() != null) {
        categories.add(item.category());
      }
    }
    for (var taste : situation.tastes()) {
      if (taste.dimension() == Dimension.CATEGORY && categories.size() < MOST_CATEGORIES) {
        categories.add(taste.value());
      }
    }
    return categories;
  }

  /** Candidates in the order in which they are found; scores fall along it. */
  private static final class Found {
    private final LongPredicate allowed;
    private final int wanted;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Set<Long> hashes = new HashSet<>();

    Found(LongPredicate allowed, int wanted) {
      this.allowed = allowed;
      this.wanted = wanted;
    }

    void add(List<Ranked> ranked, String category, boolean rising) {
      for (var item : ranked) {
        if (candidates.size() == wanted) {
          return;
        }
        if (allowed.test(item.itemHash()) && hashes.add(item.itemHash())) {
          candidates.add(
              new Candidate(
                  item.itemId(),
                  item.itemHash(),
                  1.0 / (1 + candidates.size()),
                  because(item, category, rising)));
        }
      }
    }

    private static Because because(Ranked item, String category, boolean rising) {
      if (rising) {
        return new Because.Rising(category, item.recent(), item.expected());
      }
      return item.weight() > 0 ? new Because.Popular(category) : new Because.Unseen();
    }
  }
}
