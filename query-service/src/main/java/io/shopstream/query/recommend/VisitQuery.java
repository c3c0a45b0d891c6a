package io.shopstream.query.recommend;

import static io.shopstream.query.json.FieldRules.id;
import static io.shopstream.query.json.FieldRules.ids;
import static io.shopstream.query.json.FieldRules.objects;
import static io.shopstream.query.json.FieldRules.time;

import io.shopstream.query.json.JsonShape;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A visit or basket that recommendations are asked for: a list of items, newest last, or a list of
 * items with times in any order. Of the other fields see {@link Wishes}.
 */
final class VisitQuery extends Wishes {

  private static final int MOST_ITEMS = 1_000;

  /** One item of a visit. Filled while it is read. */
  private static final class Touch {
    private String itemId;
    private long timeMs;
  }

  private List<String> items = List.of();
  private List<Touch> visit = List.of();
  private List<String> basket = List.of();

  private VisitQuery() {}

  /** What the body may hold. */
  @SuppressWarnings("unchecked") // each setter gets what its field's rule makes
  static JsonShape<VisitQuery> shape(Clock clock, Duration tolerance) {
    var touch =
        JsonShape.<Touch>of(
                "an item of a visit",
                Touch::new,
                Map.of(
                    "item_id", (item, value) -> item.itemId = (String) value,
                    "time", (item, value) -> item.timeMs = (Long) value))
            .required("item_id", id())
            .optional("time", time(clock, tolerance));
    Map<String, BiConsumer<VisitQuery, Object>> setters = setters();
    setters.put("items", (query, value) -> query.items = (List<String>) value);
    setters.put("visit", (query, value) -> query.visit = (List<Touch>) value);
    setters.put("basket", (query, value) -> query.basket = (List<String>) value);
    return fields(
        JsonShape.of("a recommendation request", VisitQuery::new, setters)
            .optional("items", ids(1, MOST_ITEMS))
            .optional("visit", objects(1, MOST_ITEMS, touch))
            .optional("basket", ids(1, MOST_ITEMS))
            .check(
                (query, faults) -> {
                  var lists = (query.items.isEmpty() ? 0 : 1) + (query.visit.isEmpty() ? 0 : 1);
                  if (lists == 2 || (lists == 0 && query.basket.isEmpty())) {
                    faults.add(
                        "items",
                        "is required, or visit in its place, or a basket: items or visit, not both");
                  }
                }));
  }

  /** Distinct items, newest last. Items without a time keep their place in the list. */
  List<String> itemsNewestLast() {
    var touched = items;
    if (!visit.isEmpty()) {
      var inOrder = new ArrayList<>(visit);
      if (inOrder.stream().allMatch(touch -> touch.timeMs != 0)) {
        inOrder.sort(Comparator.comparingLong(touch -> touch.timeMs));
      }
      touched = inOrder.stream().map(touch -> touch.itemId).toList();
    }
    return distinct(touched);
  }

  /** Distinct items in the basket, newest last. */
  List<String> basketNewestLast() {
    return distinct(basket);
  }

  private static List<String> distinct(List<String> items) {
    var newestFirst = new ArrayList<>(items);
    Collections.reverse(newestFirst);
    var distinct = new ArrayList<>(new LinkedHashSet<>(newestFirst));
    Collections.reverse(distinct);
    return distinct;
  }
}
