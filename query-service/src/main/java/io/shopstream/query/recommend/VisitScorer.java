package io.shopstream.query.recommend;

import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Ranks what may come next in a visit, from the rows of its items. The score of item j is
 *
 * <pre>
 *   Σ over visit items i  stepDecay^steps(i) · w(i,j)^weightExponent / (n(i) + 1)^ownExponent
 *   ───────────────────────────────────────────────────────────────────────────────────────────
 *                                 (n(j) + 1)^neighbourExponent
 * </pre>
 *
 * where steps(i) is 0 for the newest item, w(i,j) the decayed weight of j in row i and n an item's
 * own decayed weight. People also go back: an item of the visit scores at least {@code revisit}
 * times the best score of the others, times stepDecay^steps; the newest item {@code current} times
 * the best.
 *
 * <p>Safe for use by several threads.
 */
public final class VisitScorer {

  /**
   * How evidence is weighed.
   *
   * @param maxItems newest items of the visit that are looked at, 1 or more
   * @param stepDecay what an item counts compared with the one after it, above 0 and at most 1
   * @param weightExponent of the weight of a pair
   * @param ownExponent how much the popularity of the visit's item is taken out
   * @param neighbourExponent how much the popularity of the neighbour is taken out
   * @param revisit what the items of the visit before the newest score compared with the best other
   * @param current what the newest item scores compared with the best other
   */
  public record Settings(
      int maxItems,
      double stepDecay,
      double weightExponent,
      double ownExponent,
      double neighbourExponent,
      double revisit,
      double current) {
    /** What serves unless told otherwise. */
    public static final Settings DEFAULT = new Settings(20, 0.5, 0.7, 0.5, 0.2, 2.0, 1.0);

    public Settings {
      if (maxItems < 1 || !(stepDecay > 0 && stepDecay <= 1)) {
        throw new IllegalArgumentException(
            "A visit is scored from 1 item or more with a step decay above 0 and at most 1, not %d and %s"
                .formatted(maxItems, stepDecay));
      }
    }
  }

  /**
   * An item of the visit.
   *
   * @param row its neighbours, {@link NeighbourRow#EMPTY} if it has none
   */
  public record VisitRow(String itemId, NeighbourRow row) {}

  /** Own decayed weight of items, as of the time of scoring. */
  @FunctionalInterface
  public interface OwnWeights {
    /** Weight of the item with this {@link ItemHash}, 0 if it is unknown. */
    double of(long itemHash);
  }

  /**
   * A recommended item.
   *
   * @param score comparable within one answer only
   * @param becauseOf the visit's item that speaks for it most; itself when it is of the visit
   * @param support how many visits (orders) held both, 0 when it is of the visit
   */
  public record Scored(String itemId, double score, String becauseOf, int support) {}

  private final Settings settings;

  public VisitScorer(Settings settings) {
    this.settings = settings;
  }

  /** With the default settings. */
  public VisitScorer() {
    this(Settings.DEFAULT);
  }

  /**
   * The best items to show, best first; ties by id.
   *
   * @param visit items of the visit, newest last, each once
   * @param nowMs the time that weights are decayed to, in milliseconds since 1970-01-01 UTC
   * @param ownWeights own weights of neighbours, as of {@code nowMs}
   * @param allowed which items, by {@link ItemHash}, may be recommended
   * @param limit most items to return, 0 or more
   */
  public List<Scored> score(
      List<VisitRow> visit, long nowMs, OwnWeights ownWeights, LongPredicate allowed, int limit) {
    int first = Math.max(0, visit.size() - settings.maxItems());
    int evidence = visit.size() - first;
    for (int i = first; i < visit.size(); i++) {
      evidence += visit.get(i).row().size();
    }
    var candidates = new Candidates(visit, evidence);
    double stepWeight = 1;
    for (int i = visit.size() - 1; i >= first; i--) {
      var row = visit.get(i).row();
      double decay = row.decayAt(nowMs);
      double itemWeight = stepWeight / Math.pow(row.weight() * decay + 1, settings.ownExponent());
      for (int k = 0; k < row.size(); k++) {
        double pair = Math.pow(row.neighbourWeight(k) * decay, settings.weightExponent());
        candidates.add(row.neighbourHash(k), itemWeight * pair, i, k);
      }
      stepWeight *= settings.stepDecay();
    }
    double best = candidates.takeOutPopularity(ownWeights, settings.neighbourExponent());
    stepWeight = settings.current();
    for (int i = visit.size() - 1; i >= first; i--) {
      candidates.atLeast(ItemHash.of(visit.get(i).itemId()), stepWeight * (best > 0 ? best : 1), i);
      stepWeight = settings.revisit() * Math.pow(settings.stepDecay(), visit.size() - i);
    }
    return candidates.best(limit, allowed);
  }

  /** Scores being added up, in an open-addressing table by hash. */
  private static final class Candidates {
    private static final int OF_VISIT = -1;

    private final List<VisitRow> visit;
    private final int mask;
    private final long[] hashes;
    private final double[] scores;
    private final double[] strongest;
    // Where the strongest evidence stands: index in the visit + 1 (0: free slot), index in its row.
    private final int[] sources;
    private final int[] neighbours;

    Candidates(List<VisitRow> visit, int evidence) {
      this.visit = visit;
      int capacity = Integer.highestOneBit(Math.max(8, evidence)) * 4;
      this.mask = capacity - 1;
      this.hashes = new long[capacity];
      this.scores = new double[capacity];
      this.strongest = new double[capacity];
      this.sources = new int[capacity];
      this.neighbours = new int[capacity];
    }

    private int slot(long hash) {
      int slot = (int) hash & mask;
      while (sources[slot] != 0 && hashes[slot] != hash) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    void add(long hash, double score, int source, int neighbour) {
      int slot = slot(hash);
      if (sources[slot] == 0 || score > strongest[slot]) {
        hashes[slot] = hash;
        strongest[slot] = score;
        sources[slot] = source + 1;
        neighbours[slot] = neighbour;
      }
      scores[slot] += score;
    }

    /** Returns the best score. */
    double takeOutPopularity(OwnWeights ownWeights, double exponent) {
      double best = 0;
      for (int slot = 0; slot < scores.length; slot++) {
        if (sources[slot] != 0) {
          scores[slot] /= Math.pow(ownWeights.of(hashes[slot]) + 1, exponent);
          best = Math.max(best, scores[slot]);
        }
      }
      return best;
    }

    void atLeast(long hash, double score, int source) {
      int slot = slot(hash);
      if (sources[slot] == 0 || score > scores[slot]) {
        hashes[slot] = hash;
        scores[slot] = score;
        sources[slot] = source + 1;
        neighbours[slot] = OF_VISIT;
      }
    }

    List<Scored> best(int limit, LongPredicate allowed) {
      // A heap with the worst of the best on top.
      var heap = new int[Math.min(limit, scores.length)];
      int size = 0;
      for (int slot = 0; slot < scores.length; slot++) {
        if (sources[slot] == 0
            || (size == heap.length && (size == 0 || !isBefore(slot, heap[0])))
            || !allowed.test(hashes[slot])) {
          continue;
        }
        if (size < heap.length) {
          up(heap, size++, slot);
        } else {
          down(heap, size, slot);
        }
      }
      var best = new ArrayList<Scored>(size);
      for (; size > 0; size--) {
        best.add(scored(heap[0]));
        down(heap, size - 1, heap[size - 1]);
      }
      Collections.reverse(best);
      return best;
    }

    private void up(int[] heap, int hole, int slot) {
      while (hole > 0 && isBefore(heap[(hole - 1) / 2], slot)) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
      }
      heap[hole] = slot;
    }

    private void down(int[] heap, int size, int slot) {
      int hole = 0;
      while (2 * hole + 1 < size) {
        int child = 2 * hole + 1;
        if (child + 1 < size && isBefore(heap[child], heap[child + 1])) {
          child++;
        }
        if (!isBefore(slot, heap[child])) {
          break;
        }
        heap[hole] = heap[child];
        hole = child;
      }
      if (size > 0) {
        heap[hole] = slot;
      }
    }

    private boolean isBefore(int slot, int other) {
      if (scores[slot] != scores[other]) {
        return scores[slot] > scores[other];
      }
      return itemId(slot).compareTo(itemId(other)) < 0;
    }

    private String itemId(int slot) {
      var source = visit.get(sources[slot] - 1);
      return neighbours[slot] == OF_VISIT
          ? source.itemId()
          : source.row().neighbourId(neighbours[slot]);
    }

    private Scored scored(int slot) {
      var source = visit.get(sources[slot] - 1);
      int support =
          neighbours[slot] == OF_VISIT ? 0 : source.row().neighbourSupport(neighbours[slot]);
      return new Scored(itemId(slot), scores[slot], source.itemId(), support);
    }
  }
}
