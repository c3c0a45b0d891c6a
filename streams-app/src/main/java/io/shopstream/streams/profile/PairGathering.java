package io.shopstream.streams.profile;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.topics.EventKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Merges what items and pairs gain, by target partition and item, until it is sent. Weights of one
 * item are all as of the time of its first update here: a later one is scaled up by as much as the
 * earlier ones have decayed since (forward decay), so merging loses nothing.
 */
public final class PairGathering implements PairSink {

  /** A record stays well below the producer's limit of 1 MiB. */
  private static final int MAX_PAIRS_A_RECORD = 8_000;

  /** Room is made for as much as there was last time, but not after a burst. */
  private static final int USUAL_PAIRS = 1 << 16;

  private final int partitions;
  private final long halfLifeMs;
  private Gathered gathered;

  /**
   * @param partitions number of target partitions
   * @param halfLifeMs half-life of weights, that of the rows
   */
  public PairGathering(int partitions, long halfLifeMs) {
    this.partitions = partitions;
    this.halfLifeMs = halfLifeMs;
    this.gathered = new Gathered(partitions, 0, 0);
  }

  /**
   * What was gathered since the last drain. Names, gains (of an item and kind) and pairs are
   * numbered as they come, and what is known of each stands in arrays at its number: a click
   * updates up to twenty pairs, and this makes no object for any.
   */
  private static final class Gathered {
    static final int NONE = -1;
    private static final List<PairKind> KINDS = List.of(PairKind.values());

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    // The two ids of a pair, which comes in both directions, one of them with pair after pair: the
    // same objects, so that they are looked up once; null: none yet. The other is the last of those
    // that were not the touched one.
    private String touched;
    private long touchedNumber;
    private String other;
    private long otherNumber;

    private final LongNumbers gains;
    private long[] timesMs;
    private double[] ownWeights;
    private int[] ownSupports;
    private double[] repeatWeights;
    private double[] returnWeights;
    private int[] neighbours;
    private int[] newestPairs;
    private int[] gainsBefore;
    private final int[] newestGains;

    private final LongNumbers pairs;
    private double[] weights;
    private int[] supports;
    private int[] pairsBefore;

    Gathered(int partitions, int expectedGains, int expectedPairs) {
      gains = new LongNumbers(expectedGains);
      timesMs = new long[gains.capacity()];
      ownWeights = new double[gains.capacity()];
      ownSupports = new int[gains.capacity()];
      repeatWeights = new double[gains.capacity()];
      returnWeights = new double[gains.capacity()];
      neighbours = new int[gains.capacity()];
      newestPairs = new int[gains.capacity()];
      gainsBefore = new int[gains.capacity()];
      newestGains = new int[partitions];
      Arrays.fill(newestGains, NONE);
      pairs = new LongNumbers(expectedPairs);
      weights = new double[pairs.capacity()];
      supports = new int[pairs.capacity()];
      pairsBefore = new int[pairs.capacity()];
    }

    /** An item was touched: the next pairs are pairs with it. */
    void touched(String id) {
      touchedNumber = name(id);
      touched = id;
    }

    @SuppressWarnings("ReferenceEquality") // another object of the same text is looked up
    private long name(String id) {
      if (id == touched) {
        return touchedNumber;
      }
      if (id != other) {
        otherNumber = numbered(id);
        other = id;
      }
      return otherNumber;
    }

    private long numbered(String id) {
      var number = numbers.get(id);
      if (number == null) {
        number = names.size();
        numbers.put(id, number);
        names.add(id);
      }
      return number;
    }

    int gain(PairKind kind, String itemId, long timeMs) {
      int known = gains.size();
      int gain = gains.of((long) KINDS.indexOf(kind) << Integer.SIZE | name(itemId));
      if (gain == known) {
        if (gain == timesMs.length) {
          timesMs = Arrays.copyOf(timesMs, gains.capacity());
          ownWeights = Arrays.copyOf(ownWeights, gains.capacity());
          ownSupports = Arrays.copyOf(ownSupports, gains.capacity());
          repeatWeights = Arrays.copyOf(repeatWeights, gains.capacity());
          returnWeights = Arrays.copyOf(returnWeights, gains.capacity());
          neighbours = Arrays.copyOf(neighbours, gains.capacity());
          newestPairs = Arrays.copyOf(newestPairs, gains.capacity());
          gainsBefore = Arrays.copyOf(gainsBefore, gains.capacity());
        }
        timesMs[gain] = timeMs;
        newestPairs[gain] = NONE;
        int partition = EventKeys.partition(itemId, newestGains.length);
        gainsBefore[gain] = newestGains[partition];
        newestGains[partition] = gain;
      }
      return gain;
    }

    int pair(int gain, String neighbourId) {
      int known = pairs.size();
      int pair = pairs.of((long) gain << Integer.SIZE | name(neighbourId));
      if (pair == known) {
        if (pair == weights.length) {
          weights = Arrays.copyOf(weights, pairs.capacity());
          supports = Arrays.copyOf(supports, pairs.capacity());
          pairsBefore = Arrays.copyOf(pairsBefore, pairs.capacity());
        }
        pairsBefore[pair] = newestPairs[gain];
        newestPairs[gain] = pair;
        neighbours[gain]++;
      }
      return pair;
    }

    ItemUpdates group(int gain) {
      var updates = new ArrayList<PairUpdate>(neighbours[gain]);
      for (int pair = newestPairs[gain]; pair != NONE; pair = pairsBefore[pair]) {
        updates.add(
            new PairUpdate(names.get((int) pairs.key(pair)), weights[pair], supports[pair]));
      }
      long key = gains.key(gain);
      return new ItemUpdates(
          names.get((int) key),
          KINDS.get((int) (key >>> Integer.SIZE)),
          timesMs[gain],
          ownWeights[gain],
          ownSupports[gain],
          updates,
          repeatWeights[gain],
          returnWeights[gain]);
    }
  }

  @Override
  public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
    gathered.touched(itemId);
    int gain = gathered.gain(kind, itemId, timeMs);
    gathered.ownWeights[gain] += weight * growth(gain, timeMs);
    gathered.ownSupports[gain] += support;
  }

  @Override
  public void pair(
      PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
    int gain = gathered.gain(kind, itemId, timeMs);
    int pair = gathered.pair(gain, neighbourId);
    gathered.weights[pair] += weight * growth(gain, timeMs);
    gathered.supports[pair] += support;
  }

  @Override
  public void again(
      PairKind kind, String itemId, long timeMs, double repeatWeight, double returnWeight) {
    int gain = gathered.gain(kind, itemId, timeMs);
    double growth = growth(gain, timeMs);
    gathered.repeatWeights[gain] += repeatWeight * growth;
    gathered.returnWeights[gain] += returnWeight * growth;
  }

  private double growth(int gain, long timeMs) {
    return ForwardDecay.factor(timeMs, gathered.timesMs[gain], halfLifeMs);
  }

  /** Distinct pairs gathered since the last drain. */
  public int pairs() {
    return gathered.pairs.size();
  }

  /** Hands out everything as records with their target partition, and is empty afterwards. */
  public void drain(ObjIntConsumer<ItemPairs> target) {
    for (int partition = 0; partition < partitions; partition++) {
      var groups = new ArrayList<ItemUpdates>();
      int size = 0;
      int gain = gathered.newestGains[partition];
      while (gain != Gathered.NONE) {
        var group = gathered.group(gain);
        size += 1 + group.getNeighbours().size();
        groups.add(group);
        if (size >= MAX_PAIRS_A_RECORD) {
          target.accept(new ItemPairs(groups), partition);
          groups = new ArrayList<>();
          size = 0;
        }
        gain = gathered.gainsBefore[gain];
      }
      if (!groups.isEmpty()) {
        target.accept(new ItemPairs(groups), partition);
      }
    }
    clear();
  }

  void clear() {
    int gains = gathered.gains.size();
    if (gains > 0) {
      gathered =
          new Gathered(partitions, Math.min(gains, USUAL_PAIRS), Math.min(pairs(), USUAL_PAIRS));
    }
  }
}
