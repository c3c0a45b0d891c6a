package io.shopstream.streams.profile;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.topics.EventKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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
  private final ItemPairsWriter writer = new ItemPairsWriter();
  private Gathered gathered;

  /**
   * @param partitions number of target partitions
   * @param halfLifeMs half-life of weights, that of the rows
   */
  public PairGathering(int partitions, long halfLifeMs) {
    this.partitions = partitions;
    this.halfLifeMs = halfLifeMs;
    this.gathered = new Gathered(partitions, 0, 0, 0);
  }

  /**
   * What was gathered since the last drain. Items, gains (of an item and kind) and pairs are
   * numbered as they come, and what is known of each stands in arrays at its number: a click
   * updates up to twenty pairs, and this makes no object for any.
   */
  private static final class Gathered {
    static final int NONE = -1;

    /** Pairs that are remembered to be merged; few, so that they stay in a processor's cache. */
    static final int RECENT_PAIRS = 1024;

    /** Fibonacci hashing: 2^64 divided by the golden ratio (Knuth, TAOCP volume 3, section 6.4). */
    static final long SCATTER = 0x9E3779B97F4A7C15L;

    /** The upper bits of a product are the better ones. */
    static final int RECENT_SHIFT = Long.numberOfLeadingZeros(RECENT_PAIRS - 1L);

    /** By {@link #place}. */
    private static final List<PairKind> KINDS =
        List.of(PairKind.VIEWED, PairKind.BOUGHT, PairKind.BOUGHT_AFTER_VIEWING, PairKind.UNKNOWN);

    final IdNumbers items;
    // The id that was looked up last, since pair after pair has it: the same object; null: none.
    private String latestId;
    private int latestItem;

    // Of an item and kind: its gain + 1; 0: none.
    private int[] gainsOf;
    private int gains;
    // Of a gain: the item and kind it is of, what was gained, its pairs.
    private int[] itemsAndKinds;
    long[] timesMs;
    double[] ownWeights;
    int[] ownSupports;
    double[] repeatWeights;
    double[] returnWeights;
    private int[] neighbours;
    private int[] firstPairs;
    private int[] lastPairs;
    private int[] gainsBefore;
    final int[] newestGains;

    private int pairs;
    private int[] neighbourItems;
    private double[] weights;
    private int[] supports;
    private int[] nextPairs;
    // Key of a pair (0: none) and its number.
    private final long[] recentKeys = new long[RECENT_PAIRS];
    private final int[] recentPairs = new int[RECENT_PAIRS];

    Gathered(int partitions, int expectedItems, int expectedGains, int expectedPairs) {
      items = new IdNumbers(expectedItems);
      gainsOf = new int[KINDS.size() * items.capacity()];
      int room = Math.max(FEWEST_PAIRS, expectedGains);
      itemsAndKinds = new int[room];
      timesMs = new long[room];
      ownWeights = new double[room];
      ownSupports = new int[room];
      repeatWeights = new double[room];
      returnWeights = new double[room];
      neighbours = new int[room];
      firstPairs = new int[room];
      lastPairs = new int[room];
      gainsBefore = new int[room];
      newestGains = new int[partitions];
      Arrays.fill(newestGains, NONE);
      int roomForPairs = Math.max(FEWEST_PAIRS, expectedPairs);
      neighbourItems = new int[roomForPairs];
      weights = new double[roomForPairs];
      supports = new int[roomForPairs];
      nextPairs = new int[roomForPairs];
    }

    @SuppressWarnings("ReferenceEquality") // another object of the same text is looked up
    int item(String id) {
      if (id != latestId) {
        var bytes = id.getBytes(StandardCharsets.UTF_8);
        latestItem = items.of(bytes, 0, bytes.length);
        latestId = id;
      }
      return latestItem;
    }

    private static int place(PairKind kind) {
      return switch (kind) {
        case VIEWED -> 0;
        case BOUGHT -> 1;
        case BOUGHT_AFTER_VIEWING -> 2;
        case UNKNOWN -> 3;
      };
    }

    /** The gain of an item and kind; one from this time on where there is none. */
    int gain(PairKind kind, int item, long timeMs) {
      int itemAndKind = KINDS.size() * item + place(kind);
      if (itemAndKind >= gainsOf.length) {
        gainsOf = Arrays.copyOf(gainsOf, KINDS.size() * items.capacity());
      }
      if (gainsOf[itemAndKind] == 0) {
        gainsOf[itemAndKind] = newGain(itemAndKind, timeMs) + 1;
      }
      return gainsOf[itemAndKind] - 1;
    }

    private int newGain(int itemAndKind, long timeMs) {
      int gain = gains++;
      if (gain == timesMs.length) {
        itemsAndKinds = Arrays.copyOf(itemsAndKinds, 2 * gain);
        timesMs = Arrays.copyOf(timesMs, 2 * gain);
        ownWeights = Arrays.copyOf(ownWeights, 2 * gain);
        ownSupports = Arrays.copyOf(ownSupports, 2 * gain);
        repeatWeights = Arrays.copyOf(repeatWeights, 2 * gain);
        returnWeights = Arrays.copyOf(returnWeights, 2 * gain);
        neighbours = Arrays.copyOf(neighbours, 2 * gain);
        firstPairs = Arrays.copyOf(firstPairs, 2 * gain);
        lastPairs = Arrays.copyOf(lastPairs, 2 * gain);
        gainsBefore = Arrays.copyOf(gainsBefore, 2 * gain);
      }
      itemsAndKinds[gain] = itemAndKind;
      timesMs[gain] = timeMs;
      int item = itemAndKind / KINDS.size();
      int partition =
          EventKeys.partition(
              Arrays.copyOfRange(items.bytes(), items.start(item), items.end(item)),
              newestGains.length);
      gainsBefore[gain] = newestGains[partition];
      newestGains[partition] = gain;
      return gain;
    }

    /** Adds to a pair. */
    void pair(int gain, int neighbour, double weight, int support) {
      // Numbers are below 2^31 and begin with 0, so no key is 0.
      long key = (gain + 1L) << Integer.SIZE | neighbour;
      int recent = (int) ((key * SCATTER) >>> RECENT_SHIFT);
      int pair = recentPairs[recent];
      if (recentKeys[recent] != key) {
        pair = append(gain, neighbour);
        recentKeys[recent] = key;
        recentPairs[recent] = pair;
      }
      weights[pair] += weight;
      supports[pair] += support;
    }

    private int append(int gain, int neighbour) {
      int pair = pairs++;
      if (pair == weights.length) {
        neighbourItems = Arrays.copyOf(neighbourItems, 2 * pair);
        weights = Arrays.copyOf(weights, 2 * pair);
        supports = Arrays.copyOf(supports, 2 * pair);
        nextPairs = Arrays.copyOf(nextPairs, 2 * pair);
      }
      neighbourItems[pair] = neighbour;
      if (neighbours[gain]++ == 0) {
        firstPairs[gain] = pair;
      } else {
        nextPairs[lastPairs[gain]] = pair;
      }
      lastPairs[gain] = pair;
      return pair;
    }

    /** Writes what items of a partition gained, their pairs in the order in which they came. */
    void write(int partition, ItemPairsWriter writer, ObjIntConsumer<byte[]> target) {
      for (int gain = newestGains[partition]; gain != NONE; gain = gainsBefore[gain]) {
        int left = neighbours[gain];
        int pair = firstPairs[gain];
        do {
          int now = Math.min(left, MAX_PAIRS_A_RECORD);
          if (writer.elements() > 0 && writer.elements() + 1 + now > MAX_PAIRS_A_RECORD) {
            target.accept(writer.record(), partition);
          }
          pair = writeGroup(writer, gain, pair, now);
          left -= now;
        } while (left > 0);
      }
      if (writer.elements() > 0) {
        target.accept(writer.record(), partition);
      }
    }

    /** Writes so many pairs of an item from one on; tells which one follows. */
    private int writeGroup(ItemPairsWriter writer, int gain, int first, int number) {
      beginGroup(writer, gain, number);
      int pair = first;
      for (int i = 0; i < number; i++) {
        int neighbour = neighbourItems[pair];
        writer.neighbour(
            items.bytes(),
            items.start(neighbour),
            items.end(neighbour),
            weights[pair],
            supports[pair]);
        pair = nextPairs[pair];
      }
      writer.end(repeatWeights[gain], returnWeights[gain]);
      // What is the item's own counts once, where its pairs take several groups.
      ownWeights[gain] = 0;
      ownSupports[gain] = 0;
      repeatWeights[gain] = 0;
      returnWeights[gain] = 0;
      return pair;
    }

    private void beginGroup(ItemPairsWriter writer, int gain, int neighbours) {
      int item = itemsAndKinds[gain] / KINDS.size();
      writer.begin(
          items.bytes(),
          items.start(item),
          items.end(item),
          KINDS.get(itemsAndKinds[gain] % KINDS.size()),
          timesMs[gain],
          ownWeights[gain],
          ownSupports[gain],
          neighbours);
    }
  }

  @Override
  public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
    int gain = gathered.gain(kind, gathered.item(itemId), timeMs);
    gathered.ownWeights[gain] += weight * growth(gain, timeMs);
    gathered.ownSupports[gain] += support;
  }

  @Override
  public void pair(
      PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
    int neighbour = gathered.item(neighbourId);
    pair(kind, gathered.item(itemId), neighbour, timeMs, weight, support);
  }

  private void pair(
      PairKind kind, int item, int neighbour, long timeMs, double weight, int support) {
    int gain = gathered.gain(kind, item, timeMs);
    gathered.pair(gain, neighbour, weight * growth(gain, timeMs), support);
  }

  @Override
  public void followed(
      PairKind kind,
      byte[] earlierId,
      int from,
      int to,
      String itemId,
      long timeMs,
      double forward,
      double backward) {
    int item = gathered.item(itemId);
    int earlier = gathered.items.of(earlierId, from, to);
    pair(kind, earlier, item, timeMs, forward, 1);
    pair(kind, item, earlier, timeMs, backward, 1);
  }

  @Override
  public void again(
      PairKind kind, String itemId, long timeMs, double repeatWeight, double returnWeight) {
    int gain = gathered.gain(kind, gathered.item(itemId), timeMs);
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

  /**
   * Hands out everything with its target partition, each record an {@link ItemPairs} in Avro
   * binary, and is empty afterwards.
   */
  public void drain(ObjIntConsumer<byte[]> target) {
    for (int partition = 0; partition < partitions; partition++) {
      gathered.write(partition, writer, target);
    }
    clear();
  }

  void clear() {
    writer.clear();
    int gains = gathered.gains;
    if (gains > 0) {
      gathered =
          new Gathered(
              partitions,
              Math.min(gathered.items.size(), USUAL_PAIRS),
              Math.min(gains, USUAL_PAIRS),
              Math.min(pairs(), USUAL_PAIRS));
    }
  }
}
