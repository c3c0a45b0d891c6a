package io.shopstream.bench.micro;

import io.shopstream.events.Click;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.PairKind;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.synthetic.SyntheticShop;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import io.shopstream.streams.profile.PairGathering;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the hot methods are given in life: rows, updates and visits that arise when clicks of many
 * visitors go through the classes that serve, without Kafka between them.
 */
final class ShopSample {

  private static final SyntheticShop SHOP = new SyntheticShop(80_000, 1, 5_000, 2_000, 0.9, 5);

  /** A commit of user-profiles at 2,000 clicks a second. */
  static final int CLICKS_A_COMMIT = 400;

  /** Enough that rows do not stay in the caches of the processor. */
  private static final int KEPT = 1_024;

  /** A row and what it gains, as a message. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record RowUpdate(byte[] row, byte[] message) {}

  /** A visit and the click that comes next. */
  record Touch(Visit visit, Click click) {}

  private final NeighbourRowEditor editor =
      NeighbourRowEditor.paced(
          NeighbourRowEditor.DEFAULT_CAPACITY, NeighbourRowEditor.DEFAULT_HALF_LIFE);
  private final PairGathering gathering =
      new PairGathering(1, NeighbourRowEditor.DEFAULT_HALF_LIFE.toMillis());
  private final VisitPairs pairs = new VisitPairs();
  private final Map<String, byte[]> rows = new HashMap<>();
  private final Map<String, Visit> visits = new HashMap<>();
  private final List<RowUpdate> updates = new ArrayList<>();
  private final List<Touch> touches = new ArrayList<>();
  private final List<byte[]> messages = new ArrayList<>();
  private long nowMs;

  ShopSample() {
    try (var reader = SHOP.open(0)) {
      for (var number = 1; reader.hasNext(); number++) {
        if (reader.next() instanceof ShopEvent.Clicked clicked) {
          take(clicked.value());
        }
        if (number % CLICKS_A_COMMIT == 0) {
          gathering.drain((message, partition) -> commit(message));
        }
      }
    }
  }

  private void take(Click click) {
    nowMs = click.getTimeMs();
    var before = visits.getOrDefault(click.getUserId(), Visit.NONE);
    if (touches.size() == KEPT) {
      touches.set((int) (nowMs % KEPT), new Touch(before, click));
    } else {
      touches.add(new Touch(before, click));
    }
    visits.put(
        click.getUserId(), pairs.touched(before, click.getItemId(), click.getTimeMs(), gathering));
  }

  private void commit(byte[] message) {
    messages.add(message);
    for (var group : AvroBinary.decode(message, ItemPairs.class).getGroups()) {
      if (group.getKind() != PairKind.VIEWED) {
        continue;
      }
      var row = rows.get(group.getItemId());
      var isFull =
          row != null && NeighbourRow.of(row).size() >= NeighbourRowEditor.DEFAULT_CAPACITY;
      if (isFull && updates.size() < KEPT) {
        updates.add(new RowUpdate(row, AvroBinary.encode(new ItemPairs(List.of(group)))));
      }
      rows.put(group.getItemId(), editor.apply(row, group));
    }
  }

  /** Updates of rows that are full. */
  List<RowUpdate> updates() {
    return updates;
  }

  /** Visits under way with their next clicks. */
  List<Touch> touches() {
    return touches;
  }

  /** What commits send. */
  List<byte[]> messages() {
    return messages.subList(Math.max(0, messages.size() - KEPT), messages.size());
  }

  /** Visits with the rows of their items, as a question for recommendations reads them. */
  List<List<VisitRow>> visitRows() {
    return visits.values().stream()
        .limit(KEPT)
        .map(visit -> visit.items().stream().map(this::visitRow).toList())
        .toList();
  }

  private VisitRow visitRow(VisitItem item) {
    var row = rows.get(item.getItemId());
    return new VisitRow(
        item.getItemId(),
        row == null ? NeighbourRow.EMPTY : NeighbourRow.of(row),
        item.getTouches(),
        item.getRepeats());
  }

  /** Time of the last click, in milliseconds since 1970-01-01 UTC. */
  long nowMs() {
    return nowMs;
  }
}
