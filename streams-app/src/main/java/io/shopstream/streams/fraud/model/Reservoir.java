package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.Ids;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A bounded sample of labelled orders: the newest frauds, and of the sound orders a random part,
 * each with the weight of the orders it stands for. Which sound orders are kept depends on a hash
 * of their id alone, so a replay keeps the same. When the sound ones are full, every other one goes
 * and the rest count double.
 */
final class Reservoir {

  /** An example and how many orders it stands for. */
  record Weighted(Example example, double weight) {}

  private record Kept(long sequence, Example example, double draw) {}

  private static final long SALT = 0x5eed;

  private final int mostFrauds;
  private final int mostSound;
  private final Learner.Journal journal;
  private final ArrayDeque<Kept> frauds = new ArrayDeque<>();
  private ArrayDeque<Kept> sound = new ArrayDeque<>();
  private double share = 1;

  Reservoir(int mostFrauds, int mostSound, Learner.Journal journal) {
    this.mostFrauds = mostFrauds;
    this.mostSound = mostSound;
    this.journal = journal;
  }

  /**
   * Takes an example, or passes it by.
   *
   * @param sequence its place in the order of outcomes, higher than that of all before
   */
  void add(long sequence, Example example) {
    if (example.fraud()) {
      if (frauds.size() == mostFrauds) {
        journal.drop(frauds.removeFirst().sequence);
      }
      frauds.addLast(new Kept(sequence, example, 0));
      journal.keep(sequence, example);
      return;
    }
    double draw = Ids.fraction(example.orderId(), SALT);
    if (draw >= share) {
      return;
    }
    sound.addLast(new Kept(sequence, example, draw));
    journal.keep(sequence, example);
    if (sound.size() > mostSound) {
      thin();
    }
  }

  /** Drops the example of an order; the rest stands for it. */
  void forget(String orderId) {
    for (ArrayDeque<Kept> kind : List.of(frauds, sound)) {
      kind.removeIf(
          kept -> {
            boolean isMeant = kept.example.orderId().equals(orderId);
            if (isMeant) {
              journal.drop(kept.sequence);
            }
            return isMeant;
          });
    }
  }

  private void thin() {
    share /= 2;
    ArrayDeque<Kept> rest = new ArrayDeque<>(mostSound + 1);
    for (Kept kept : sound) {
      if (kept.draw < share) {
        rest.addLast(kept);
      } else {
        journal.drop(kept.sequence);
      }
    }
    sound = rest;
  }

  int frauds() {
    return frauds.size();
  }

  int sound() {
    return sound.size();
  }

  /** Share of the sound orders that are kept. */
  double share() {
    return share;
  }

  /** All examples, the frauds first, each kind in the order in which the outcomes arrived. */
  List<Weighted> examples() {
    List<Weighted> all = new ArrayList<>(frauds.size() + sound.size());
    frauds.forEach(kept -> all.add(new Weighted(kept.example, 1)));
    sound.forEach(kept -> all.add(new Weighted(kept.example, 1 / share)));
    return all;
  }

  /** Goes on from what the journal was told; examples come in the order of their sequence. */
  void restore(double keptShare, Map<Long, Example> kept) {
    share = keptShare;
    kept.forEach(
        (sequence, example) -> {
          double draw = example.fraud() ? 0 : Ids.fraction(example.orderId(), SALT);
          (example.fraud() ? frauds : sound).addLast(new Kept(sequence, example, draw));
        });
  }
}
