package io.shopstream.streams.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Rows by key in a few large arrays: one thread writes, any number read without waiting.
 *
 * <p>A map has four objects a row, each of which names others, and a collector that marks what
 * lives follows every name. Here a row is its key and its value, which name nothing, and the arrays
 * that hold them are read in their order.
 *
 * <p>Why readers need no lock: within one {@link Slots} a place belongs to the first key that took
 * it for good, so a reader that found its key reads that key's value, be it the one before or the
 * one after a change, or {@link #GONE}. When the places run short the writer copies what is left
 * into new slots; who still reads the old ones sees the rows as they were when it began.
 *
 * <p>The row that leaves when room is needed is found by a clock: a hand goes round, spares rows
 * that were used since it came by last, and takes the first that was not (F. J. Corbató, A Paging
 * Experiment with the Multics System, 1968).
 */
final class RowTable {

  /** Not in the table: it may be beneath. */
  static final byte[] GONE = new byte[0];

  /** In the table, and known not to exist. */
  static final byte[] ABSENT = new byte[0];

  static final int NOWHERE = -1;

  private static final int DIRTY = 1;
  private static final int USED = 2;
  private static final int NOTHING_BELOW = 4;
  private static final int FEWEST_SLOTS = 64;
  private static final VarHandle ARRAY = MethodHandles.arrayElementVarHandle(byte[][].class);
  private static final VarHandle FLAGS = MethodHandles.arrayElementVarHandle(byte[].class);

  /** Places of rows; the length of all arrays is the same power of two. */
  private static final class Slots {
    final byte[][] keys;
    final byte[][] values;
    final int[] hashes;
    final byte[] flags;

    Slots(int length) {
      keys = new byte[length][];
      values = new byte[length][];
      hashes = new int[length];
      flags = new byte[length];
    }

    int length() {
      return keys.length;
    }

    /** The place of a key, or the complement of the place where it would be; by the writer. */
    int find(byte[] key, int hash) {
      var mask = keys.length - 1;
      var slot = hash & mask;
      while (keys[slot] != null) {
        if (hashes[slot] == hash && Arrays.equals(keys[slot], key)) {
          return slot;
        }
        slot = slot + 1 & mask;
      }
      return ~slot;
    }

    /** The value of a key, or {@link #GONE}; by any thread. */
    byte[] read(byte[] key, int hash) {
      var mask = keys.length - 1;
      for (var slot = hash & mask; ; slot = slot + 1 & mask) {
        var held = (byte[]) ARRAY.getAcquire(keys, slot);
        if (held == null) {
          return GONE;
        }
        if (hashes[slot] == hash && Arrays.equals(held, key)) {
          return (byte[]) ARRAY.getAcquire(values, slot);
        }
      }
    }

    boolean is(int flag, int slot) {
      return (flags[slot] & flag) != 0;
    }
  }

  /** Takes the rows of a table one after another. */
  interface Visitor {
    void row(byte[] key, byte[] value);
  }

  private volatile Slots slots = new Slots(FEWEST_SLOTS);
  // Owned by the writing thread. A dirty row is in the queue at least once; what is in the queue
  // need not be dirty any more.
  private final IntQueue dirty = new IntQueue();
  private int taken;
  private int rows;
  private int hand;

  private static int hash(byte[] key) {
    var hash = Arrays.hashCode(key) * 0x9E3779B9;
    return hash ^ hash >>> 16;
  }

  // ---------------------------------------------------------------- reading, by any thread

  /** The value of a row, {@link #ABSENT} or {@link #GONE}. */
  byte[] get(byte[] key) {
    return slots.read(key, hash(key));
  }

  /** Visits the rows that are not beneath yet as they are now; among them those to delete. */
  void forEachDirty(Visitor visitor) {
    var now = slots;
    for (var slot = 0; slot < now.length(); slot++) {
      if (((byte) FLAGS.getAcquire(now.flags, slot) & DIRTY) != 0) {
        var value = (byte[]) ARRAY.getAcquire(now.values, slot);
        if (value != GONE) {
          visitor.row((byte[]) ARRAY.getAcquire(now.keys, slot), value);
        }
      }
    }
  }

  // ---------------------------------------------------------------- writing, by one thread

  /** The place of a row until the next {@link #add}, or {@link #NOWHERE}. */
  int find(byte[] key) {
    var slot = slots.find(key, hash(key));
    return slot < 0 || slots.values[slot] == GONE ? NOWHERE : slot;
  }

  /**
   * Adds a row that is not in the table.
   *
   * @param key must not be changed any more
   * @param isNothingBelow whether RocksDB is known to hold nothing under the key
   * @return its place until the next call
   */
  int add(byte[] key, byte[] value, boolean isNothingBelow) {
    if (taken >= slots.length() / 4 * 3) {
      moveToNewSlots();
    }
    var now = slots;
    var hash = hash(key);
    var slot = now.find(key, hash);
    var isNew = slot < 0;
    if (isNew) {
      slot = ~slot;
      now.hashes[slot] = hash;
      taken++;
    }
    now.flags[slot] = (byte) (USED | (isNothingBelow ? NOTHING_BELOW : 0));
    ARRAY.setRelease(now.values, slot, value);
    if (isNew) {
      // Last: who sees the key sees the rest.
      ARRAY.setRelease(now.keys, slot, key);
    }
    rows++;
    return slot;
  }

  /**
   * Twice as many places as rows, or up to four times, so that a quarter of them has to be taken
   * before the next time. Nobody sees them before the end, so plain stores do, which are fast even
   * before they are compiled.
   */
  private void moveToNewSlots() {
    var before = slots;
    var after = new Slots(Math.max(FEWEST_SLOTS, Integer.highestOneBit(2 * rows - 1) * 2));
    var keys = before.keys;
    for (var slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != null && before.values[slot] != GONE) {
        var to = ~after.find(keys[slot], before.hashes[slot]);
        after.hashes[to] = before.hashes[slot];
        after.flags[to] = (byte) (before.flags[slot] & ~DIRTY);
        after.values[to] = before.values[slot];
        after.keys[to] = keys[slot];
      }
    }
    for (var left = dirty.size(); left > 0; left--) {
      var slot = dirty.remove();
      if (before.is(DIRTY, slot)) {
        var moved = after.find(keys[slot], before.hashes[slot]);
        if (!after.is(DIRTY, moved)) {
          after.flags[moved] |= DIRTY;
          dirty.add(moved);
        }
      }
    }
    taken = rows;
    hand &= after.length() - 1;
    slots = after;
  }

  /** The key of the row at a place. */
  byte[] key(int slot) {
    return slots.keys[slot];
  }

  /** The value of the row at a place, or {@link #ABSENT}. */
  byte[] value(int slot) {
    return slots.values[slot];
  }

  /** Gives the row at a place another value. */
  void replace(int slot, byte[] value) {
    ARRAY.setRelease(slots.values, slot, value);
  }

  /** Takes the row at a place out of the table. */
  void remove(int slot) {
    ARRAY.setRelease(slots.values, slot, GONE);
    slots.flags[slot] = 0;
    rows--;
  }

  /** Takes all rows out. */
  void clear() {
    slots = new Slots(FEWEST_SLOTS);
    dirty.clear();
    taken = 0;
    rows = 0;
    hand = 0;
  }

  /** Whether the row at a place is not beneath yet. */
  boolean isDirty(int slot) {
    return slots.is(DIRTY, slot);
  }

  /** Says that the row at a place, which was clean, is not beneath yet. */
  void setDirty(int slot) {
    slots.flags[slot] |= DIRTY;
    dirty.add(slot);
  }

  /** Says that the row at a place is beneath as it is here. */
  void setClean(int slot) {
    var flags = slots.flags[slot] & ~(DIRTY | NOTHING_BELOW);
    // Who sees that it is clean finds it beneath.
    FLAGS.setRelease(
        slots.flags, slot, (byte) (slots.values[slot] == ABSENT ? flags | NOTHING_BELOW : flags));
  }

  /** The place of the row that has been dirty for longest, or {@link #NOWHERE}. */
  int longestDirty() {
    while (dirty.size() > 0) {
      var slot = dirty.remove();
      if (slots.is(DIRTY, slot)) {
        return slot;
      }
    }
    return NOWHERE;
  }

  /** Whether nothing is known to be beneath the row at a place. */
  boolean isNothingBelow(int slot) {
    return slots.is(NOTHING_BELOW, slot);
  }

  /** Spares the row at a place when the hand comes by next. */
  void use(int slot) {
    slots.flags[slot] |= USED;
  }

  /**
   * The place of a row that was not used lately, or {@link #NOWHERE}.
   *
   * @param spared not this one
   */
  int leastUsed(int spared) {
    var now = slots;
    for (var steps = 2 * now.length(); steps > 0; steps--) {
      var slot = hand;
      hand = hand + 1 & now.length() - 1;
      if (slot == spared || now.keys[slot] == null || now.values[slot] == GONE) {
        continue;
      }
      if (!now.is(USED, slot)) {
        return slot;
      }
      now.flags[slot] &= ~USED;
    }
    return NOWHERE;
  }

  /** Rows in the table, those known to be absent among them. */
  int rows() {
    return rows;
  }

  /** First in, first out, without an object an element. */
  private static final class IntQueue {
    private static final int FEWEST = 64;
    private int[] elements = new int[FEWEST];
    private int first;
    private int size;

    int size() {
      return size;
    }

    void add(int element) {
      if (size == elements.length) {
        var larger = new int[2 * size];
        var untilEnd = size - first;
        System.arraycopy(elements, first, larger, 0, untilEnd);
        System.arraycopy(elements, 0, larger, untilEnd, first);
        elements = larger;
        first = 0;
      }
      elements[first + size & elements.length - 1] = element;
      size++;
    }

    int remove() {
      var element = elements[first];
      first = first + 1 & elements.length - 1;
      size--;
      return element;
    }

    void clear() {
      elements = new int[FEWEST];
      first = 0;
      size = 0;
    }
  }
}
