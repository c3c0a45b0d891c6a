package io.shopstream.query.catalog;

import io.shopstream.events.state.ForwardDecay;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Two decaying weights an item, each found with one look into memory: a list of recommendations
 * asks for those of hundreds of items. All are kept as of one landmark ({@link ForwardDecay}), so
 * that who reads takes one power for all of them.
 *
 * <p>For one writing thread and any number of reading ones that never wait. Two open-addressing
 * tables that are alike but for the weight: a cell has most of the upper half of the key, and the
 * weight as a float. The lower half says where to look first; two items whose cells would be
 * neighbours and whose upper halves are the same, one pair in billions, pass for one.
 */
final class DenseWeights {

  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

  /** Beyond it a new landmark is due: a float holds 2^127 at most. */
  private static final double MOST_HALF_LIVES = 60;

  /** Which of the two weights. */
  enum Kind {
    VIEWED,
    BOUGHT
  }

  private final long landmarkMs;
  private final long halfLifeMs;
  private final long[] ofViews;
  private final long[] ofOrders;
  private final int mask;
  private int used;

  /**
   * An empty table.
   *
   * @param items for which it has room
   * @param landmarkMs about the time of the weights, in milliseconds since 1970-01-01 UTC
   * @param halfLifeMs of the weights, above 0
   */
  DenseWeights(int items, long landmarkMs, long halfLifeMs) {
    var slots = Integer.highestOneBit(Math.max(512, items)) * 4;
    ofViews = new long[slots];
    ofOrders = new long[slots];
    mask = slots - 1;
    this.landmarkMs = landmarkMs;
    this.halfLifeMs = halfLifeMs;
  }

  long landmarkMs() {
    return landmarkMs;
  }

  long halfLifeMs() {
    return halfLifeMs;
  }

  /**
   * Whether weights may be put in; otherwise a new table is due. Those that are far older than the
   * landmark have come to nothing.
   *
   * @param timeMs that they are as of
   */
  boolean takes(long timeMs) {
    return used < mask / 2 && ((double) timeMs - landmarkMs) / halfLifeMs < MOST_HALF_LIVES;
  }

  /**
   * Sets the weights of an item; by the writing thread.
   *
   * @param timeMs that they are as of
   */
  void put(long key, long timeMs, double viewed, double bought) {
    var atLandmark = ForwardDecay.factor(timeMs, landmarkMs, halfLifeMs);
    var mark = mark(key);
    var slot = (int) key & mask;
    while (ofViews[slot] != 0 && markOf(ofViews[slot]) != mark) {
      slot = (slot + 1) & mask;
    }
    if (ofViews[slot] == 0) {
      used++;
    }
    CELLS.setOpaque(ofOrders, slot, cell(mark, bought * atLandmark));
    CELLS.setOpaque(ofViews, slot, cell(mark, viewed * atLandmark));
  }

  /** The weight of an item as of the landmark, 0 when there is none. */
  double atLandmark(long key, Kind kind) {
    var cells = kind == Kind.VIEWED ? ofViews : ofOrders;
    var mark = mark(key);
    for (var slot = (int) key & mask; ; slot = (slot + 1) & mask) {
      var cell = (long) CELLS.getOpaque(cells, slot);
      if (markOf(cell) == mark) {
        return Float.intBitsToFloat((int) cell);
      }
      if (cell == 0) {
        return 0;
      }
    }
  }

  /** What a weight as of the landmark is to be multiplied with to be as of another time. */
  double factor(long nowMs) {
    return ForwardDecay.factor(landmarkMs, nowMs, halfLifeMs);
  }

  private static long cell(int mark, double weight) {
    return ((long) mark << 32) | Integer.toUnsignedLong(Float.floatToRawIntBits((float) weight));
  }

  private static int markOf(long cell) {
    return (int) (cell >>> 32);
  }

  /** Of a key; never that of a free cell, 0. */
  private static int mark(long key) {
    return Math.max(1, (int) (key >>> 32) & Integer.MAX_VALUE);
  }
}
