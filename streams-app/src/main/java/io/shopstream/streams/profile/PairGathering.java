package io.shopstream.streams.profile;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.topics.EventKeys;
import java.util.ArrayList;
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

  private final int partitions;
  private final long halfLifeMs;
  private final List<Map<Key, Gain>> gains;
  private int pairs;

  /**
   * @param partitions number of target partitions
   * @param halfLifeMs half-life of weights, that of the rows
   */
  public PairGathering(int partitions, long halfLifeMs) {
    this.partitions = partitions;
    this.halfLifeMs = halfLifeMs;
    this.gains = new ArrayList<>(partitions);
    for (var partition = 0; partition < partitions; partition++) {
      gains.add(new HashMap<>());
    }
  }

  private record Key(PairKind kind, String itemId) {}

  private static final class Gain {
    final long timeMs;
    double ownWeight;
    int ownSupport;
    double repeatWeight;
    double returnWeight;
    final Map<String, PairGain> neighbours = new HashMap<>();

    Gain(long timeMs) {
      this.timeMs = timeMs;
    }
  }

  private static final class PairGain {
    double weight;
    int support;
  }

  @Override
  public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
    var gain = gain(kind, itemId, timeMs);
    gain.ownWeight += weight * ForwardDecay.factor(timeMs, gain.timeMs, halfLifeMs);
    gain.ownSupport += support;
  }

  @Override
  public void pair(
      PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
    var gain = gain(kind, itemId, timeMs);
    var pair = gain.neighbours.get(neighbourId);
    if (pair == null) {
      pair = new PairGain();
      gain.neighbours.put(neighbourId, pair);
      pairs++;
    }
    pair.weight += weight * ForwardDecay.factor(timeMs, gain.timeMs, halfLifeMs);
    pair.support += support;
  }

  @Override
  public void again(
      PairKind kind, String itemId, long timeMs, double repeatWeight, double returnWeight) {
    var gain = gain(kind, itemId, timeMs);
    var growth = ForwardDecay.factor(timeMs, gain.timeMs, halfLifeMs);
    gain.repeatWeight += repeatWeight * growth;
    gain.returnWeight += returnWeight * growth;
  }

  private Gain gain(PairKind kind, String itemId, long timeMs) {
    var partition = EventKeys.partition(itemId, partitions);
    return gains.get(partition).computeIfAbsent(new Key(kind, itemId), key -> new Gain(timeMs));
  }

  /** Distinct pairs gathered since the last drain. */
  public int pairs() {
    return pairs;
  }

  /** Hands out everything as records with their target partition, and is empty afterwards. */
  public void drain(ObjIntConsumer<ItemPairs> target) {
    for (var partition = 0; partition < partitions; partition++) {
      var groups = new ArrayList<ItemUpdates>();
      var size = 0;
      for (var entry : gains.get(partition).entrySet()) {
        var group = group(entry.getKey(), entry.getValue());
        size += 1 + group.getNeighbours().size();
        groups.add(group);
        if (size >= MAX_PAIRS_A_RECORD) {
          target.accept(new ItemPairs(groups), partition);
          groups = new ArrayList<>();
          size = 0;
        }
      }
      if (!groups.isEmpty()) {
        target.accept(new ItemPairs(groups), partition);
      }
    }
    clear();
  }

  void clear() {
    gains.forEach(Map::clear);
    pairs = 0;
  }

  private static ItemUpdates group(Key key, Gain gain) {
    var neighbours = new ArrayList<PairUpdate>(gain.neighbours.size());
    gain.neighbours.forEach(
        (neighbourId, pair) ->
            neighbours.add(new PairUpdate(neighbourId, pair.weight, pair.support)));
    return new ItemUpdates(
        key.itemId(),
        key.kind(),
        gain.timeMs,
        gain.ownWeight,
        gain.ownSupport,
        neighbours,
        gain.repeatWeight,
        gain.returnWeight);
  }
}
