package io.shopstream.query.recommend;

import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;

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

  /**
   * Own decayed weight of items, as of the time of scoring. All that are wanted are asked for
   * together: each is a look into another place of memory, and the processor waits for several at
   * once.
   */
  @FunctionalInterface
  public interface OwnWeights {
    /**
     * Tells weights.
     *
     * @param itemHashes by {@link ItemHash}
     * @param number of them, from the beginning of the array
     * @param weights takes as many, 0 for items that are unknown
     */
    void of(long[] itemHashes, int number, double[] weights);

    /** Of a function of one {@link ItemHash}. */
    static OwnWeights each(LongToDoubleFunction weight) {
      return (itemHashes, number, weights) -> {
        for (int i = 0; i < number; i++) {
          weights[i] = weight.applyAsDouble(itemHashes[i]);
        }
      };
    }
  }

  /**
   * A recommended item.
   *
   * @param itemHash {@link ItemHash} of its id
   * @param score estimated probability of being touched next
   * @param becauseOf the visit's item that speaks for it most; itself when it is of the visit
   * @param support how many visits (orders) held both, at least; 0 when it is of the visit
   * @param missed how much support may have been missed, at most
   */
  public record Scored(
      String itemId, long itemHash, double score, String becauseOf, int support, int missed) {}

  /**
   * Arrays that grew for one visit serve the next: made anew each time they were a third of what a
   * question allocates.
   */
  private static final ThreadLocal<Candidates> SCRATCH = ThreadLocal.withInitial(Candidates::new);

  private final Settings settings;
  private final Power pairPower;
  private final Power neighbourPower;

  public VisitScorer(Settings settings) {
    this.settings = settings;
    pairPower = new Power(settings.weightExponent());
    neighbourPower = new Power(settings.neighbourExponent());
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
    var candidates = SCRATCH.get();
    candidates.begin(visit, evidence);
    double stepWeight = 1;
    for (int i = visit.size() - 1; i >= first; i--) {
      var row = visit.get(i).row();
      double decay = row.decayAt(nowMs);
      double itemWeight =
          stepWeight
              * Math.pow(decay, settings.weightExponent())
              / Math.pow(row.weight() * decay + 1, settings.ownExponent());
      for (int k = 0; k < row.size(); k++) {
        double pair = pairPower.of(row.neighbourWeight(k));
        candidates.add(row.neighbourHash(k), itemWeight * pair, i, k);
      }
      stepWeight *= settings.stepDecay();
    }
    candidates.takeOutPopularity(ownWeights, neighbourPower);
    if (evidence > 0) {
      double newest = visit.get(visit.size() - 1).row().weightAt(nowMs);
      double trust = newest > 0 ? newest / (newest + settings.doubt()) : 0;
      candidates.toProbabilities(settings.sharpness(), settings.reserve(), trust);
    }
    addReturns(visit.subList(first, visit.size()), first, nowMs, candidates);
    var best = candidates.best(limit, allowed);
    candidates.end();
    return best;
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

  /** Scores being added up: one after the other, found by hash in an open-addressing table. */
  private static final class Candidates {
    private static final int OF_VISIT = -1;
    private static final int FEWEST = 256;

    private List<VisitRow> visit = List.of();
    private int mask;
    // Place of a candidate + 1; 0: free.
    private int[] table = new int[0];
    private int size;
    private long[] hashes = new long[FEWEST];
    private double[] scores = new double[FEWEST];
    private double[] strongest = new double[FEWEST];
    private double[] weights = new double[FEWEST];
    // Where the strongest evidence stands: index in the visit, index in its row.
    private int[] sources = new int[FEWEST];
    private int[] neighbours = new int[FEWEST];

    /** Forgets what was added up before, also when that was not brought to an end. */
    void begin(List<VisitRow> visit, int evidence) {
      this.visit = visit;
      size = 0;
      // At least a quarter of the table stays free.
      int slots = Integer.highestOneBit(Math.max(8, evidence + evidence / 3)) * 2;
      mask = slots - 1;
      if (table.length < slots) {
        table = new int[slots];
      } else {
        Arrays.fill(table, 0, slots, 0);
      }
    }

    /** Lets go of the visit. */
    void end() {
      visit = List.of();
    }

    /** The place of a candidate, which is new at the end when nothing is known of it. */
    private int place(long hash) {
      int slot = (int) hash & mask;
      while (table[slot] != 0) {
        int place = table[slot] - 1;
        if (hashes[place] == hash) {
          return place;
        }
        slot = (slot + 1) & mask;
      }
      if (size == hashes.length) {
        grow(2 * size);
      }
      hashes[size] = hash;
      scores[size] = 0;
      strongest[size] = 0;
      table[slot] = ++size;
      return size - 1;
    }

    private void grow(int places) {
      hashes = Arrays.copyOf(hashes, places);
      scores = Arrays.copyOf(scores, places);
      strongest = Arrays.copyOf(strongest, places);
      weights = new double[places];
      sources = Arrays.copyOf(sources, places);
      neighbours = Arrays.copyOf(neighbours, places);
    }

    void add(long hash, double score, int source, int neighbour) {
      int place = place(hash);
      if (score > strongest[place] || scores[place] == 0) {
        strongest[place] = score;
        sources[place] = source;
        neighbours[place] = neighbour;
      }
      scores[place] += score;
    }

    void takeOutPopularity(OwnWeights ownWeights, Power power) {
      ownWeights.of(hashes, size, weights);
      for (int place = 0; place < size; place++) {
        scores[place] /= power.of(weights[place] + 1);
      }
    }

    void toProbabilities(double sharpness, double reserve, double trust) {
      double strongest = 0;
      for (int place = 0; place < size; place++) {
        strongest = Math.max(strongest, scores[place]);
      }
      if (strongest == 0) {
        return;
      }
      double sum = reserve;
      for (int place = 0; place < size; place++) {
        double relative = scores[place] / strongest;
        scores[place] = sharpness == 2 ? relative * relative : Math.pow(relative, sharpness);
        sum += scores[place];
      }
      for (int place = 0; place < size; place++) {
        scores[place] *= trust / sum;
      }
    }

    void addOfVisit(long hash, double score, int source) {
      int place = place(hash);
      scores[place] += score;
      sources[place] = source;
      neighbours[place] = OF_VISIT;
    }

    List<Scored> best(int limit, LongPredicate allowed) {
      // A heap with the worst of the best on top.
      var heap = new int[Math.min(limit, size)];
      int kept = 0;
      for (int place = 0; place < size; place++) {
        if ((kept == heap.length && (kept == 0 || !isBefore(place, heap[0])))
            || !allowed.test(hashes[place])) {
          continue;
        }
        if (kept < heap.length) {
          up(heap, kept++, place);
        } else {
          down(heap, kept, place);
        }
      }
      var best = new ArrayList<Scored>(kept);
      for (; kept > 0; kept--) {
        best.add(scored(heap[0]));
        down(heap, kept - 1, heap[kept - 1]);
      }
      Collections.reverse(best);
      return best;
    }

    private void up(int[] heap, int hole, int place) {
      while (hole > 0 && isBefore(heap[(hole - 1) / 2], place)) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
      }
      heap[hole] = place;
    }

    private void down(int[] heap, int count, int place) {
      int hole = 0;
      while (2 * hole + 1 < count) {
        int child = 2 * hole + 1;
        if (child + 1 < count && isBefore(heap[child], heap[child + 1])) {
          child++;
        }
        if (!isBefore(place, heap[child])) {
          break;
        }
        heap[hole] = heap[child];
        hole = child;
      }
      if (count > 0) {
        heap[hole] = place;
      }
    }

    private boolean isBefore(int place, int other) {
      if (scores[place] != scores[other]) {
        return scores[place] > scores[other];
      }
      return itemId(place).compareTo(itemId(other)) < 0;
    }

    private String itemId(int place) {
      var source = visit.get(sources[place]);
      return neighbours[place] == OF_VISIT
          ? source.itemId()
          : source.row().neighbourId(neighbours[place]);
    }

    private Scored scored(int place) {
      var source = visit.get(sources[place]);
      int neighbour = neighbours[place];
      boolean ofVisit = neighbour == OF_VISIT;
      return new Scored(
          itemId(place),
          hashes[place],
          scores[place],
          source.itemId(),
          ofVisit ? 0 : source.row().neighbourSupport(neighbour),
          ofVisit ? 0 : source.row().neighbourMissed(neighbour));
    }
  }
}
