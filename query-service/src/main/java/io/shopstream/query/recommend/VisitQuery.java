package io.shopstream.query.recommend;

import static io.shopstream.query.json.FieldRules.id;
import static io.shopstream.query.json.FieldRules.ids;
import static io.shopstream.query.json.FieldRules.integer;
import static io.shopstream.query.json.FieldRules.objects;
import static io.shopstream.query.json.FieldRules.oneOf;
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

/** A visit or a basket, as the body of a request describes it. Filled while it is read. */
final class VisitQuery {

  private static final int MOST_ITEMS = 1_000;

  /** One item of a visit. Filled while it is read. */
  private static final class Touch {
    private String itemId;
    private long timeMs;
  }

  private List<String> items = List.of();
  private List<Touch> visit = List.of();
  private int limit = RecommendationController.DEFAULT_LIMIT;
  private Evidence kind = Evidence.VIEWED;

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
    return JsonShape.<VisitQuery>of(
            "a recommendation request",
            VisitQuery::new,
            Map.of(
                "items", (query, value) -> query.items = (List<String>) value,
                "visit", (query, value) -> query.visit = (List<Touch>) value,
                "limit", (query, value) -> query.limit = (Integer) value,
                "kind", (query, value) -> query.kind = (Evidence) value))
        .optional("items", ids(1, MOST_ITEMS))
        .optional("visit", objects(1, MOST_ITEMS, touch))
        .optional("limit", integer(1, RecommendationController.MOST_LIMIT))
        .optional("kind", oneOf(Evidence.class))
        .check(
            (query, faults) -> {
              if (query.items.isEmpty() == query.visit.isEmpty()) {
                faults.add("items", "is required, or visit in its place: exactly one of the two");
              }
            });
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
    var newestFirst = new ArrayList<>(touched);
    Collections.reverse(newestFirst);
    var distinct = new ArrayList<>(new LinkedHashSet<>(newestFirst));
    Collections.reverse(distinct);
    return distinct;
  }

  int limit() {
    return limit;
  }

  Evidence kind() {
    return kind;
  }
}
