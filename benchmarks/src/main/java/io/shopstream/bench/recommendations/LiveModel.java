package io.shopstream.bench.recommendations;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.PairKind;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import io.shopstream.streams.profile.PairGathering;
import io.shopstream.streams.profile.PairSink;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the two applications and the query service do with clicks, without Kafka between them:
 * touches become pairs, pairs are merged as for a commit, rows are edited, rows are scored.
 */
final class LiveModel {
  private static final PairSink NOBODY =
      new PairSink() {
        @Override
        public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {}

        @Override
        public void pair(
            PairKind kind,
            String itemId,
            String neighbourId,
            long timeMs,
            double weight,
            int support) {}
      };

  /** Rows of items by {@link ItemHash}. */
  static final class Rows {
    private final NeighbourRowEditor editor;
    private final Map<Long, byte[]> rows = new HashMap<>();

    private Rows(NeighbourRowEditor editor) {
      this.editor = editor;
    }

    private void apply(ItemPairs pairs) {
      for (var group : pairs.getGroups()) {
        if (group.getKind() != PairKind.VIEWED) {
          continue;
        }
        rows.compute(ItemHash.of(group.getItemId()), (hash, row) -> editor.apply(row, group));
      }
    }

    NeighbourRow row(long itemHash) {
      var row = rows.get(itemHash);
      return row == null ? NeighbourRow.EMPTY : NeighbourRow.of(row);
    }

    /** Own weights of all items as they are now, for many questions of one time. */
    VisitScorer.OwnWeights ownWeightsAt(long timeMs) {
      var weights = new HashMap<Long, Double>();
      rows.forEach((hash, row) -> weights.put(hash, NeighbourRow.of(row).weightAt(timeMs)));
      return VisitScorer.OwnWeights.each(hash -> weights.getOrDefault(hash, 0.0));
    }

    int items() {
      return rows.size();
    }

    long bytes() {
      return rows.values().stream().mapToLong(row -> row.length).sum();
    }
  }

  private final VisitPairs visitPairs;
  private final PairGathering gathering;
  private final List<Rows> tables = new ArrayList<>();
  private final Duration halfLife;

  LiveModel(VisitPairs.Settings settings, VisitPairs.Caps caps, Duration halfLife) {
    this.visitPairs = new VisitPairs(settings, caps);
    this.halfLife = halfLife;
    this.gathering = new PairGathering(1, halfLife.toMillis());
  }

  /** A table of rows that learns from now on. */
  Rows rows(int capacity) {
    return rows(NeighbourRowEditor.paced(capacity, halfLife));
  }

  /** A table of rows that learns from now on, by this editor. */
  Rows rows(NeighbourRowEditor editor) {
    var table = new Rows(editor);
    tables.add(table);
    return table;
  }

  /** A table that begins with what another one has learned, and goes on by itself. */
  Rows rows(NeighbourRowEditor editor, Rows before) {
    var table = rows(editor);
    table.rows.putAll(before.rows);
    return table;
  }

  /** Learns a click; it shows in the rows after {@link #commit}. */
  Visit click(Visit visit, String itemId, long timeMs) {
    return visitPairs.touched(visit, itemId, timeMs, gathering);
  }

  /** Learns that an item was put into the basket. */
  Visit basket(Visit visit, String itemId, long timeMs) {
    return visitPairs.putIntoBasket(visit, itemId, timeMs, gathering);
  }

  /** A click that is not learned: the visit of a question. */
  Visit look(Visit visit, String itemId, long timeMs) {
    return visitPairs.touched(visit, itemId, timeMs, NOBODY);
  }

  void commit() {
    gathering.drain(
        (encoded, partition) -> {
          var pairs = AvroBinary.decode(encoded, ItemPairs.class);
          tables.forEach(table -> table.apply(pairs));
        });
  }

  /** Pairs that wait for the commit. */
  int pending() {
    return gathering.pairs();
  }

  /** What a query for this visit answers. */
  static List<Scored> recommend(
      VisitScorer scorer,
      Rows rows,
      VisitScorer.OwnWeights ownWeights,
      Visit visit,
      long nowMs,
      int limit) {
    var visitRows = new ArrayList<VisitRow>(visit.size());
    for (VisitItem item : visit.items()) {
      visitRows.add(
          new VisitRow(
              item.getItemId(),
              rows.row(ItemHash.of(item.getItemId())),
              item.getTouches(),
              item.getRepeats()));
    }
    return scorer.score(visitRows, nowMs, ownWeights, hash -> true, limit);
  }
}
