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
 * Merges what items gain, by target partition and item, until it is sent. Weights of one item are
 * all as of the time of its first update here: a later one is scaled up by as much as the earlier
 * ones have decayed since (forward decay), so merging loses nothing.
 *
 * <p>A pair that comes again is merged too, but only if no other has taken its slot since: few of
 * the pairs of ordinary visits come again before a commit, and to find these among all of them
 * would cost more than to send them twice. What comes close together, as in a burst, is merged. A
 * pair that is sent twice is sent in the order in which it came: what was taken back must have been
 * there before.
 */
public final class PairGathering implements PairSink {

  /** A record stays well below the producer's limit of 1 MiB. */
  private static final int MAX_PAIRS_A_RECORD = 8_000;

  /** Room is made for as much as there was last time, but not after a burst. */
  private static final int USUAL_PAIRS = 1 << 16;

  private static final int FEWEST_PAIRS = 256;

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

    /** Pairs that are remembered to be merged; few, so that they stay in a processor's cache. */
    static final int RECENT_PAIRS = 1024;

    /** The upper bits of a product with {@link LongNumbers#SCATTER} are the better ones. */
    static final int RECENT_SHIFT = Long.numberOfLeadingZeros(RECENT_PAIRS - 1L);

    private static final List<PairKind> KINDS = List.of(PairKind.values());

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    // The two ids of a pair, which comes in both directions, one of them with pair after pair: the
    // same objects, so that they are looked up once; null: none yet. The other is the last of those
    // that were not the touched one.
    private String touched;
    private long touchedNumber;
    private PairKind touchedKind;
    private int touchedGain;
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

    private int pairs;
    private int[] neighbourNumbers;
    private double[] weights;
    private int[] supports;
    private int[] pairsBefore;
    // Key of a pair (0: none) and its number.
    private final long[] recentKeys = new long[RECENT_PAIRS];
    private final int[] recentPairs = new int[RECENT_PAIRS];

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
      int room = Math.max(FEWEST_PAIRS, expectedPairs);
      neighbourNumbers = new int[room];
      weights = new double[room];
      supports = new int[room];
      pairsBefore = new int[room];
    }

    /** An item was touched: the next pairs are pairs with it. Tells its gain. */
    int touched(PairKind kind, String id, long timeMs) {
      touchedNumber = name(id);
      touched = id;
      touchedKind = null;
      touchedGain = gain(kind, id, timeMs);
      touchedKind = kind;
      return touchedGain;
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

    @SuppressWarnings("ReferenceEquality") // as in name
    int gain(PairKind kind, String itemId, long timeMs) {
      if (itemId == touched && kind == touchedKind) {
        return touchedGain;
      }
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

    /** Adds to a pair. */
    void pair(int gain, String neighbourId, double weight, int support) {
      long number = name(neighbourId);
      // Gains are below 2^31 and names are numbered from 0, so no key is 0.
      long key = (gain + 1L) << Integer.SIZE | number;
      int recent = (int) ((key * LongNumbers.SCATTER) >>> RECENT_SHIFT);
      int pair = recentPairs[recent];
      if (recentKeys[recent] != key) {
        pair = pairs++;
        if (pair == weights.length) {
          neighbourNumbers = Arrays.copyOf(neighbourNumbers, 2 * pair);
          weights = Arrays.copyOf(weights, 2 * pair);
          supports = Arrays.copyOf(supports, 2 * pair);
          pairsBefore = Arrays.copyOf(pairsBefore, 2 * pair);
        }
        neighbourNumbers[pair] = (int) number;
        pairsBefore[pair] = newestPairs[gain];
        newestPairs[gain] = pair;
        neighbours[gain]++;
        recentKeys[recent] = key;
        recentPairs[recent] = pair;
      }
      weights[pair] += weight;
      supports[pair] += support;
    }

    /**
     * What an item gained, oldest first; in several groups where it has more pairs than a record
     * may hold, of which the first has what is the item's own.
     */
    List<ItemUpdates> groups(int gain) {
      var updates = new PairUpdate[neighbours[gain]];
      int at = updates.length;
      for (int pair = newestPairs[gain]; pair != NONE; pair = pairsBefore[pair]) {
        updates[--at] =
            new PairUpdate(names.get(neighbourNumbers[pair]), weights[pair], supports[pair]);
      }
      var all = Arrays.asList(updates);
      if (updates.length <= MAX_PAIRS_A_RECORD) {
        return List.of(group(gain, all));
      }
      var groups = new ArrayList<ItemUpdates>();
      for (int from = 0; from < updates.length; from += MAX_PAIRS_A_RECORD) {
        var part = all.subList(from, Math.min(updates.length, from + MAX_PAIRS_A_RECORD));
        groups.add(group(gain, part));
        ownWeights[gain] = 0;
        ownSupports[gain] = 0;
        repeatWeights[gain] = 0;
        returnWeights[gain] = 0;
      }
      return groups;
    }

    private ItemUpdates group(int gain, List<PairUpdate> updates) {
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
    int gain = gathered.touched(kind, itemId, timeMs);
    gathered.ownWeights[gain] += weight * growth(gain, timeMs);
    gathered.ownSupports[gain] += support;
  }

  @Override
  public void pair(
      PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
    int gain = gathered.gain(kind, itemId, timeMs);
    gathered.pair(gain, neighbourId, weight * growth(gain, timeMs), support);
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

  /** Pairs gathered since the last drain. */
  public int pairs() {
    return gathered.pairs;
  }

  /** Hands out everything as records with their target partition, and is empty afterwards. */
  public void drain(ObjIntConsumer<ItemPairs> target) {
    for (int partition = 0; partition < partitions; partition++) {
      var groups = new ArrayList<ItemUpdates>();
      int size = 0;
      int gain = gathered.newestGains[partition];
      while (gain != Gathered.NONE) {
        for (var group : gathered.groups(gain)) {
          size += 1 + group.getNeighbours().size();
          groups.add(group);
          if (size >= MAX_PAIRS_A_RECORD) {
            target.accept(new ItemPairs(groups), partition);
            groups = new ArrayList<>();
            size = 0;
          }
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
