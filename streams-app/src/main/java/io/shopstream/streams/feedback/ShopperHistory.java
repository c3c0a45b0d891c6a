package io.shopstream.streams.feedback;

import io.shopstream.events.ClickedItem;
import io.shopstream.events.OrderedItem;
import io.shopstream.events.ShopperFeedback;
import io.shopstream.events.ShownList;
import io.shopstream.events.feedback.RecommendationIds.Recommendation;
import io.shopstream.streams.feedback.Tally.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one shopper did with recommendations, and what of it counts: a list once as shown, an item
 * of a list once as clicked, a clicked item once as ordered, whatever is sent how often and in
 * whichever order. A list that is clicked was shown, whether anybody said so or not.
 */
final class ShopperHistory {

  /** Entries of each kind that are remembered. */
  static final int MOST_REMEMBERED = 50;

  private static final long HOUR_MS = 3_600_000;

  private final FeedbackRules rules;
  private final Tally tally;
  private final List<ShownList> shown;
  private final List<ClickedItem> clicked;
  private final List<OrderedItem> ordered;
  private long hour;
  private int eventsInHour;
  private final long erasedMs;

  /** A history to go on with from what was stored. */
  ShopperHistory(ShopperFeedback row, FeedbackRules rules, Tally tally) {
    this.rules = rules;
    this.tally = tally;
    this.shown = new ArrayList<>(row.getShown());
    this.clicked = new ArrayList<>(row.getClicked());
    this.ordered = new ArrayList<>(row.getOrdered());
    this.hour = row.getHour();
    this.eventsInHour = row.getEventsInHour();
    this.erasedMs = row.getErasedTimeMs();
  }

  /** What is to be stored. */
  ShopperFeedback toRow() {
    return new ShopperFeedback(shown, clicked, ordered, hour, eventsInHour, erasedMs);
  }

  /** What is to be stored in its place when the shopper is erased: events up to then stay out. */
  ShopperFeedback erased(long timeMs) {
    return ShopperFeedback.newBuilder()
        .setHour(Math.max(hour, Math.floorDiv(timeMs, HOUR_MS)))
        .setErasedTimeMs(Math.max(erasedMs, timeMs))
        .build();
  }

  /** What a list counts for. */
  static String total(Recommendation made) {
    return "%s/%s/%s"
        .formatted(made.place().name().toLowerCase(Locale.ROOT), made.variant(), made.strategy());
  }

  /** Whether nothing of a history can count any more. */
  static boolean isOver(ShopperFeedback row, FeedbackRules rules, long nowMs) {
    var sinceHour = nowMs - row.getHour() * HOUR_MS;
    return sinceHour
        > HOUR_MS + rules.clickWindow().toMillis() + rules.conversionWindow().toMillis();
  }

  /** A list was shown. */
  void shown(Recommendation made, long timeMs) {
    if (timeMs > erasedMs && placeOf(made.number()) < 0 && mayCount(made, timeMs)) {
      remember(shown, new ShownList(made.number(), false));
      tally.count(total(made), Count.IMPRESSION, timeMs);
    }
  }

  /** An item of a list was clicked. */
  void clicked(Recommendation made, String itemId, long timeMs) {
    for (var click : clicked) {
      if (click.getNumber() == made.number() && click.getItemId().equals(itemId)) {
        return;
      }
    }
    if (timeMs <= erasedMs || !mayCount(made, timeMs)) {
      return;
    }
    var total = total(made);
    var list = placeOf(made.number());
    if (list < 0) {
      tally.count(total, Count.IMPRESSION, timeMs);
    }
    if (list < 0 || !shown.get(list).getClicked()) {
      tally.count(total, Count.CLICKED_LIST, timeMs);
      var clickedList = new ShownList(made.number(), true);
      if (list < 0) {
        remember(shown, clickedList);
      } else {
        shown.set(list, clickedList);
      }
    }
    tally.count(total, Count.CLICK, timeMs);
    remember(clicked, new ClickedItem(made.number(), itemId, total, timeMs, false));
    for (var order : ordered) {
      convert(clicked.size() - 1, order.getItemId(), order.getTimeMs());
    }
  }

  /** An item was ordered. */
  void ordered(String itemId, long timeMs) {
    if (timeMs <= erasedMs) {
      return;
    }
    remember(ordered, new OrderedItem(itemId, timeMs));
    for (var place = 0; place < clicked.size(); place++) {
      convert(place, itemId, timeMs);
    }
  }

  private void convert(int place, String itemId, long timeMs) {
    var click = clicked.get(place);
    var after = timeMs - click.getTimeMs();
    if (!click.getOrdered()
        && click.getItemId().equals(itemId)
        && after >= 0
        && after <= rules.conversionWindow().toMillis()) {
      clicked.set(
          place,
          new ClickedItem(click.getNumber(), itemId, click.getTotal(), click.getTimeMs(), true));
      tally.count(click.getTotal(), Count.CONVERSION, timeMs);
    }
  }

  private int placeOf(long number) {
    for (var place = 0; place < shown.size(); place++) {
      if (shown.get(place).getNumber() == number) {
        return place;
      }
    }
    return -1;
  }

  private boolean mayCount(Recommendation made, long timeMs) {
    var ofEvent = Math.floorDiv(timeMs, HOUR_MS);
    if (ofEvent > hour) {
      hour = ofEvent;
      eventsInHour = 0;
    }
    var age = timeMs - made.timeMs();
    if (eventsInHour >= rules.mostEventsAnHour()
        || age < -FeedbackRules.CLOCK_TOLERANCE.toMillis()
        || age > rules.clickWindow().toMillis()) {
      tally.count(total(made), Count.IGNORED, timeMs);
      return false;
    }
    eventsInHour++;
    return true;
  }

  private static <T> void remember(List<T> entries, T entry) {
    if (entries.size() == MOST_REMEMBERED) {
      entries.remove(0);
    }
    entries.add(entry);
  }
}
