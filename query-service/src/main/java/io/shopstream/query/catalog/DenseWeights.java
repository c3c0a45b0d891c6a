package io.shopstream.query.catalog;

import io.shopstream.events.state.ForwardDecay;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Two decaying weights an item in 16 bytes, found with one look into memory: a list of
 * recommendations asks for those of hundreds of items. All are kept as of one landmark ({@link
 * ForwardDecay}), so that who reads takes one power for all of them.
 *
 * <p>For one writing thread and any number of reading ones that never wait. An open-addressing
 * table of pairs of cells: the key, and both weights as floats.
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
  private final long[] cells;
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
    cells = new long[2 * slots];
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
    var both =
        (long) Float.floatToRawIntBits((float) (viewed * atLandmark)) << 32
            | Integer.toUnsignedLong(Float.floatToRawIntBits((float) (bought * atLandmark)));
    var known = known(key);
    var cell = 2 * ((int) known & mask);
    while (cells[cell] != 0 && cells[cell] != known) {
      cell = cell + 2 & 2 * mask + 1;
    }
    CELLS.setOpaque(cells, cell + 1, both);
    if (cells[cell] == 0) {
      used++;
      CELLS.setRelease(cells, cell, known);
    }
  }

  /** The weight of an item as of the landmark, 0 when there is none. */
  double atLandmark(long key, Kind kind) {
    var known = known(key);
    var cell = 2 * ((int) known & mask);
    for (; ; cell = cell + 2 & 2 * mask + 1) {
      var there = (long) CELLS.getAcquire(cells, cell);
      if (there == known) {
        var both = (long) CELLS.getOpaque(cells, cell + 1);
        return Float.intBitsToFloat((int) (kind == Kind.VIEWED ? both >>> 32 : both));
      }
      if (there == 0) {
        return 0;
      }
    }
  }

  /** What a weight as of the landmark is to be multiplied with to be as of another time. */
  double factor(long nowMs) {
    return ForwardDecay.factor(landmarkMs, nowMs, halfLifeMs);
  }

  /** 0 is a free cell. */
  private static long known(long key) {
    return key == 0 ? 1 : key;
  }
}
