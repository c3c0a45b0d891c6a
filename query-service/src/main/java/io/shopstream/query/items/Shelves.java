package io.shopstream.query.items;

import io.shopstream.query.catalog.Catalog;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.catalog.Ranking.Ranked;
import io.shopstream.query.catalog.Trends;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The catalogue to browse, from memory: by category, by words, by id. */
@Singleton
final class Shelves {

  /** Items that one search finds. */
  private static final int MOST_FOUND = 500;

  private static final int MOST_CATEGORIES = 1_000;

  private final Catalog catalog;
  private final Trends trends;

  Shelves(Catalog catalog, Trends trends) {
    this.catalog = catalog;
    this.trends = trends;
  }

  /** Those of these items that the catalogue knows, in this order. */
  ItemList named(List<String> ids) {
    var items =
        ids.stream().map(catalog::item).flatMap(Optional::stream).map(ListedItem::of).toList();
    return new ItemList(items.size(), null, items);
  }

  /** What titles say about words, best first; of one category, when it is not empty. */
  ItemList found(String words, Optional<String> category, int offset, int limit) {
    var ids =
        catalog
            .content()
            .search(
                words,
                hash -> category.isEmpty() || isIn(catalog.find(hash), category.get()),
                MOST_FOUND);
    return part(
        ids.size(), offset, limit, ids.stream().map(catalog::item).flatMap(Optional::stream));
  }

  /** A category, the most popular first. */
  ItemList in(String category, int offset, int limit) {
    return part(trends.ranking().allIn(category), offset, limit);
  }

  /** Everything, the most popular first; what was seen but is not in the catalogue is left out. */
  ItemList all(int offset, int limit) {
    return part(trends.ranking().popular(), offset, limit);
  }

  CategoryList categories() {
    var ranking = trends.ranking();
    var categories = new ArrayList<CategoryList.Category>();
    for (var name : ranking.categories()) {
      categories.add(new CategoryList.Category(name, ranking.allIn(name).size()));
    }
    categories.sort(
        Comparator.comparingInt((CategoryList.Category category) -> -category.items())
            .thenComparing(CategoryList.Category::name));
    return new CategoryList(categories.subList(0, Math.min(MOST_CATEGORIES, categories.size())));
  }

  private ItemList part(List<Ranked> ranked, int offset, int limit) {
    // Looked at from the place on, so that a page costs the same however long the list is.
    var rest = ranked.subList(Math.min(offset, ranked.size()), ranked.size());
    var items = new ArrayList<ListedItem>();
    var seen = 0;
    for (var each : rest) {
      if (items.size() == limit) {
        break;
      }
      seen++;
      var item = catalog.find(each.itemHash());
      if (item != null) {
        items.add(ListedItem.of(item));
      }
    }
    return new ItemList(ranked.size(), seen < rest.size() ? offset + seen : null, items);
  }

  private static ItemList part(int total, int offset, int limit, Stream<Item> items) {
    return new ItemList(
        total,
        offset + limit < total ? offset + limit : null,
        items.skip(offset).limit(limit).map(ListedItem::of).toList());
  }

  private static boolean isIn(Item item, String category) {
    return item != null && item.categoryPath().contains(category);
  }
}
