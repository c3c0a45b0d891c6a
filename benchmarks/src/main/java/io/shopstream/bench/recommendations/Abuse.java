package io.shopstream.bench.recommendations;

import io.shopstream.events.ClickType;
import io.shopstream.events.state.ItemHash;
import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A shop's history, and visitors who pretend that two of its items go together: they view one and
 * the other in turn. Goes through the classes that serve.
 */
final class Abuse {
  private static final long COMMIT_MS = Duration.ofMinutes(1).toMillis();
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();

  /**
   * Who attacks.
   *
   * @param clicks in all, evenly over the time
   * @param visitors who share them
   * @param hours how long it takes
   */
  record Attack(int clicks, int visitors, double hours) {}

  /** Where an item stood among the neighbours; one behind the last if it was none of them. */
  record Move(String pushed, int placeBefore, int placeAfter) {
    int places() {
      return Math.abs(placeAfter - placeBefore);
    }
  }

  /** Whether what one visitor and one hour can add is limited. */
  enum Defence {
    ON,
    OFF;

    private VisitPairs.Caps caps() {
      return this == ON ? VisitPairs.Caps.DEFAULT : VisitPairs.Caps.NONE;
    }

    private NeighbourRowEditor editor() {
      return this == ON
          ? NeighbourRowEditor.paced(
              NeighbourRowEditor.DEFAULT_CAPACITY, NeighbourRowEditor.DEFAULT_HALF_LIFE)
          : new NeighbourRowEditor();
    }
  }

  private final Defence defence;
  private final LiveModel.Rows rows;
  private final List<String> byPopularity;
  private final long endMs;

  /**
   * Learns the clicks of a shop.
   *
   * @throws IOException if the data set cannot be read
   */
  Abuse(Dataset shop, Defence defence) throws IOException {
    this.defence = defence;
    var model = model();
    rows = model.rows(defence.editor());
    Map<String, Visit> visits = new HashMap<>();
    Map<String, Long> items = new HashMap<>();
    long committedMs = 0;
    long newestMs = 0;
    try (var events = shop.open(0)) {
      while (events.hasNext()) {
        if (!(events.next() instanceof Clicked clicked)) {
          continue;
        }
        var click = clicked.value();
        var visit = visits.getOrDefault(clicked.key(), Visit.NONE);
        newestMs = Math.max(newestMs, click.getTimeMs());
        visits.put(
            clicked.key(),
            click.getType() == ClickType.ADD_TO_CART
                ? model.basket(visit, click.getItemId(), click.getTimeMs())
                : model.click(visit, click.getItemId(), click.getTimeMs()));
        items.put(click.getItemId(), ItemHash.of(click.getItemId()));
        if (newestMs - committedMs >= COMMIT_MS) {
          model.commit();
          committedMs = newestMs;
        }
      }
    }
    model.commit();
    endMs = newestMs;
    byPopularity = new ArrayList<>(items.keySet());
    byPopularity.sort(
        Comparator.<String>comparingLong(item -> rows.row(items.get(item)).support())
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
  }

  private LiveModel model() {
    return new LiveModel(
        VisitPairs.Settings.DEFAULT, defence.caps(), NeighbourRowEditor.DEFAULT_HALF_LIFE);
  }

  /** The item with this place by the number of visits, from 1 on. */
  String item(int place) {
    return byPopularity.get(Math.min(place, byPopularity.size()) - 1);
  }

  int items() {
    return byPopularity.size();
  }

  /** Visits of an item. */
  long visits(String item) {
    return rows.row(ItemHash.of(item)).support();
  }

  /** What goes with an item, best first, as a query would answer. */
  List<String> similar(String item) {
    return similar(rows, item, endMs);
  }

  private static List<String> similar(LiveModel.Rows rows, String item, long nowMs) {
    var visit = List.of(new VisitRow(item, rows.row(ItemHash.of(item))));
    return new VisitScorer()
            .score(
                visit,
                nowMs,
                VisitScorer.OwnWeights.each(other -> rows.row(other).weightAt(nowMs)),
                other -> other != ItemHash.of(item),
                NeighbourRowEditor.DEFAULT_CAPACITY)
            .stream()
            .map(VisitScorer.Scored::itemId)
            .toList();
  }

  /** Lets visitors who were never seen before push an item; the history stays as it was. */
  Move push(String victim, String pushed, Attack attack) {
    var model = model();
    var after = model.rows(defence.editor(), rows);
    var visits = new Visit[attack.visitors()];
    double stepMs = attack.hours() * HOUR_MS / attack.clicks();
    long committedMs = endMs;
    long timeMs = endMs;
    for (int click = 0; click < attack.clicks(); click++) {
      int visitor = click % visits.length;
      var visit = visits[visitor] == null ? Visit.NONE : visits[visitor];
      timeMs = endMs + Math.round(click * stepMs);
      boolean even = click / visits.length % 2 == 0;
      visits[visitor] = model.click(visit, even ? victim : pushed, timeMs);
      if (timeMs - committedMs >= COMMIT_MS) {
        model.commit();
        committedMs = timeMs;
      }
    }
    model.commit();
    return new Move(
        pushed,
        place(similar(rows, victim, timeMs), pushed),
        place(similar(after, victim, timeMs), pushed));
  }

  private static int place(List<String> items, String item) {
    int at = items.indexOf(item);
    return at < 0 ? items.size() + 1 : at + 1;
  }
}
