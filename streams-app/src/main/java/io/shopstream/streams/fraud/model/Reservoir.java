package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import io.shopstream.streams.fraud.features.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A bounded sample of labelled orders: the newest frauds, and of the sound orders a random part,
 * each with the weight of the orders it stands for. Which sound orders are kept depends on a hash
 * of their id alone, so a replay keeps the same. When the sound ones are full, every other one goes
 * and the rest count double.
 */
final class Reservoir {

  /** An example and how many orders it stands for. */
  record Weighted(Example example, double weight) {}

  private record Kept(Example example, double weight, double draw) {}

  private static final long SALT = 0x5eed;

  private final int mostFrauds;
  private final int mostSound;
  private final ArrayDeque<Kept> frauds = new ArrayDeque<>();
  private ArrayDeque<Kept> sound = new ArrayDeque<>();
  private double share = 1;

  Reservoir(int mostFrauds, int mostSound) {
    this.mostFrauds = mostFrauds;
    this.mostSound = mostSound;
  }

  void add(Example example) {
    if (example.fraud()) {
      if (frauds.size() == mostFrauds) {
        frauds.removeFirst();
      }
      frauds.addLast(new Kept(example, 1, 0));
      return;
    }
    double draw = Ids.fraction(example.orderId(), SALT);
    if (draw >= share) {
      return;
    }
    sound.addLast(new Kept(example, 1 / share, draw));
    if (sound.size() > mostSound) {
      thin();
    }
  }

  private void thin() {
    share /= 2;
    ArrayDeque<Kept> rest = new ArrayDeque<>(mostSound + 1);
    for (Kept kept : sound) {
      if (kept.draw < share) {
        rest.addLast(new Kept(kept.example, kept.weight * 2, kept.draw));
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

  /** All examples, the frauds first, each kind in the order in which the outcomes arrived. */
  List<Weighted> examples() {
    List<Weighted> all = new ArrayList<>(frauds.size() + sound.size());
    for (Iterator<Kept> i = frauds.iterator(); i.hasNext(); ) {
      Kept kept = i.next();
      all.add(new Weighted(kept.example, kept.weight));
    }
    for (Kept kept : sound) {
      all.add(new Weighted(kept.example, kept.weight));
    }
    return all;
  }

  void write(ByteWriter out) {
    out.putDouble(share);
    for (ArrayDeque<Kept> part : List.of(frauds, sound)) {
      out.putVarint(part.size());
      for (Kept kept : part) {
        byte[] id = kept.example.orderId().getBytes(StandardCharsets.UTF_8);
        out.putVarint(id.length);
        out.putBytes(id);
        out.putVarint(kept.example.features().length);
        out.putBytes(kept.example.features());
        out.putDouble(kept.example.margin());
        out.putDouble(kept.weight);
      }
    }
  }

  void read(ByteReader in) {
    share = in.getDouble();
    for (boolean fraud : new boolean[] {true, false}) {
      int count = in.getCount();
      for (int i = 0; i < count; i++) {
        String id = new String(in.getBytes(in.getCount()), StandardCharsets.UTF_8);
        Example example = new Example(id, in.getBytes(in.getCount()), in.getDouble(), fraud);
        double draw = fraud ? 0 : Ids.fraction(id, SALT);
        (fraud ? frauds : sound).addLast(new Kept(example, in.getDouble(), draw));
      }
    }
  }
}
