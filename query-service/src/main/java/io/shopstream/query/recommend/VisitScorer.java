package io.shopstream.query.recommend;

import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Ranks what may come next in a visit, from the rows of its items. Where the visit goes on to, an
 * item j is expected by its pull:
 *
 * <pre>
 *   pull(j) = Σ over visit items i  stepDecay^steps(i) · w(i,j)^weightExponent / (n(i) + 1)^ownExponent
 *             ─────────────────────────────────────────────────────────────────────────────────────────
 *                                       (n(j) + 1)^neighbourExponent
 *
 *   p(j)    = q(j) / (reserve + Σ q) · n / (n + doubt),   q(j) = (pull(j) / strongest pull)^sharpness
 * </pre>
 *
 * where steps(i) is 0 for the newest item, w(i,j) the decayed weight of j in row i, n an item's own
 * decayed weight and, without an index, that of the newest item. The reserve stands for everything
 * the rows do not know, the last factor for rows that have seen little.
 *
 * <p>People also go back. To p of an item of the visit is added how probable it is to be touched
 * again: for the newest right away, for the others falling with the steps. Both are shares that
 * start from a prior, go over to what is known of the item, and then to what this visit does (the
 * mean of a Beta-Binomial, each level the prior of the next).
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
   * @param sharpness how far the strongest stand out, above 0
   * @param reserve what the rows do not know, in items as strong as the strongest, 0 or more
   * @param doubt at how many visits a row is half trusted, 0 or more
   * @param repeats how items are touched again right after themselves
   * @param returns how visits come back to items
   * @param returnScale probability of a return one step back, compared with the share of returns
   * @param returnStepExponent how fast returns fall with the steps
   * @param returnTouchesExponent how much items touched often in the visit are returned to
   */
  public record Settings(
      int maxItems,
      double stepDecay,
      double weightExponent,
      double ownExponent,
      double neighbourExponent,
      double sharpness,
      double reserve,
      double doubt,
      Share repeats,
      Share returns,
      double returnScale,
      double returnStepExponent,
      double returnTouchesExponent) {
    /** What serves unless told otherwise. */
    public static final Settings DEFAULT =
        new Settings(
            20,
            0.36,
            0.9,
            0.6,
            0.2,
            2.0,
            6.0,
            1.0, //
            new Share(0.11, 30, 8, 7),
            new Share(0.235, 50, 20, 0),
            0.365,
            1.27,
            0.85);

    public Settings {
      if (maxItems < 1 || !(stepDecay > 0 && stepDecay <= 1)) {
        throw new IllegalArgumentException(
            "A visit is scored from 1 item or more with a step decay above 0 and at most 1, not %d and %s"
                .formatted(maxItems, stepDecay));
      }
      if (!(sharpness > 0 && reserve >= 0 && doubt >= 0)) {
        throw new IllegalArgumentException(
            "Sharpness is above 0, reserve and doubt are 0 or more, not %s, %s and %s"
                .formatted(sharpness, reserve, doubt));
      }
    }
  }

  /**
   * A share of touches that is learned.
   *
   * @param prior the share before anything is known
   * @param priorTouches touches of the item that count as much as the prior
   * @param visitTouches touches of the visit that count as much as what is known of the item
   * @param itemTouches touches of the item in this visit that count as much as all that
   */
  public record Share(double prior, double priorTouches, double visitTouches, double itemTouches) {}

  /**
   * An item of the visit.
   *
   * @param row its neighbours, {@link NeighbourRow#EMPTY} if it has none
   * @param touches how often it was touched in the visit, 1 or more
   * @param repeats how many of them came right after a touch of the same item
   */
  public record VisitRow(String itemId, NeighbourRow row, int touches, int repeats) {
    /** An item touched once. */
    public VisitRow(String itemId, NeighbourRow row) {
      this(itemId, row, 1, 0);
    }
  }

  /** Own decayed weight of items, as of the time of scoring. */
  @FunctionalInterface
  public interface OwnWeights {
    /** Weight of the item with this {@link ItemHash}, 0 if it is unknown. */
    double of(long itemHash);
  }

  /**
   * A recommended item.
   *
   * @param score estimated probability of being touched next
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
    candidates.takeOutPopularity(ownWeights, settings.neighbourExponent());
    if (evidence > 0) {
      double newest = visit.get(visit.size() - 1).row().weightAt(nowMs);
      double trust = newest > 0 ? newest / (newest + settings.doubt()) : 0;
      candidates.toProbabilities(settings.sharpness(), settings.reserve(), trust);
    }
    addReturns(visit.subList(first, visit.size()), first, nowMs, candidates);
    return candidates.best(limit, allowed);
  }

  /** Adds to the visit's own items how probable it is that they are touched again. */
  private void addReturns(List<VisitRow> visit, int first, long nowMs, Candidates candidates) {
    int touches = 0;
    int repeats = 0;
    int returns = 0;
    for (var item : visit) {
      touches += item.touches();
      repeats += item.repeats();
      returns += item.touches() - 1 - item.repeats();
    }
    for (int i = 0; i < visit.size(); i++) {
      var item = visit.get(i);
      var row = item.row();
      double decay = row.decayAt(nowMs);
      double rowTouches = decay * (row.weight() + row.repeatWeight() + row.returnWeight());
      int steps = visit.size() - 1 - i;
      double probability;
      if (steps == 0) {
        var share = settings.repeats();
        double known =
            mean(share.prior(), share.priorTouches(), decay * row.repeatWeight(), rowTouches);
        double inVisit =
            mean(known, share.visitTouches(), repeats - item.repeats(), touches - item.touches());
        probability = mean(inVisit, share.itemTouches(), item.repeats(), item.touches() - 1);
      } else {
        var share = settings.returns();
        double known =
            mean(share.prior(), share.priorTouches(), decay * row.returnWeight(), rowTouches);
        probability =
            mean(known, share.visitTouches(), returns, touches - 1)
                * settings.returnScale()
                * Math.pow(steps, -settings.returnStepExponent())
                * Math.pow(item.touches(), settings.returnTouchesExponent());
      }
      candidates.addOfVisit(ItemHash.of(item.itemId()), probability, first + i);
    }
  }

  /** Mean of a share of which {@code hits} of {@code trials} were seen, after a prior. */
  private static double mean(double prior, double strength, double hits, double trials) {
    return trials + strength > 0 ? (strength * prior + hits) / (strength + trials) : prior;
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

    void takeOutPopularity(OwnWeights ownWeights, double exponent) {
      for (int slot = 0; slot < scores.length; slot++) {
        if (sources[slot] != 0) {
          scores[slot] /= Math.pow(ownWeights.of(hashes[slot]) + 1, exponent);
        }
      }
    }

    void toProbabilities(double sharpness, double reserve, double trust) {
      double strongest = 0;
      for (double score : scores) {
        strongest = Math.max(strongest, score);
      }
      if (strongest == 0) {
        return;
      }
      double sum = reserve;
      for (int slot = 0; slot < scores.length; slot++) {
        if (sources[slot] != 0) {
          double relative = scores[slot] / strongest;
          scores[slot] = sharpness == 2 ? relative * relative : Math.pow(relative, sharpness);
          sum += scores[slot];
        }
      }
      for (int slot = 0; slot < scores.length; slot++) {
        scores[slot] *= trust / sum;
      }
    }

    void addOfVisit(long hash, double score, int source) {
      int slot = slot(hash);
      hashes[slot] = hash;
      scores[slot] += score;
      sources[slot] = source + 1;
      neighbours[slot] = OF_VISIT;
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
