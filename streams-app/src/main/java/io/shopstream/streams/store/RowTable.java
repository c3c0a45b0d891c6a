package io.shopstream.streams.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows by key without an object a row: one thread writes, any number read without waiting.
 *
 * <p>A collector pays for each object that lives, when it marks it or moves it, and a table has
 * hundreds of thousands of rows. Here they stand in a {@link RowLog}, in pages that are used again
 * and again, and three arrays find them: where a row is, the hash of its key, and what is known of
 * it.
 *
 * <p>Why readers need no lock: a row in the log is never changed, and one number names key and
 * value together. A change writes the new row and then its place; a reader to whom a place says
 * that its row is somewhere else looks again. When the slots run short the writer copies what is
 * left into new ones; who still reads the old ones sees rows as they were then, or looks again in
 * the new ones.
 *
 * <p>The row that leaves when room is needed is found by a clock: a hand goes round, spares rows
 * that were used since it came by last, and takes the first that was not (F. J. Corbató, A Paging
 * Experiment with the Multics System, 1968).
 */
final class RowTable {

  /** Not in the table: it may be beneath. */
  static final byte[] GONE = new byte[0];

  /** In the table, and known not to exist. */
  static final byte[] ABSENT = RowLog.ABSENT;

  static final int NOWHERE = -1;

  /** Bytes that find a row, at most: two to four slots, and the queues. */
  static final int ROW_OVERHEAD_BYTES = 60;

  /** Not beneath as it is here. */
  private static final int DIRTY = 1;

  private static final int USED = 2;
  private static final int NOTHING_BELOW = 4;

  /** Told as dirty, and not written yet. */
  private static final int LEAVING = 8;

  /** Not logged as it is here; whatever is not logged is dirty too. */
  private static final int UNLOGGED = 16;

  private static final int NOTHING_LOGGED = 32;

  private static final int FEWEST_SLOTS = 64;

  /** No row was ever at a slot: whoever looks for one need not look further. */
  private static final long NEVER = 0;

  /** A row was at a slot. */
  private static final long LEFT = -1;

  private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle FLAGS = MethodHandles.arrayElementVarHandle(byte[].class);

  /** What finds the rows of a log; the length of all arrays is the same power of two. */
  private static final class Slots {
    final RowLog log;
    final long[] places;
    final int[] hashes;
    final byte[] flags;

    Slots(int length, RowLog log) {
      this.log = log;
      places = new long[length];
      hashes = new int[length];
      flags = new byte[length];
    }

    int length() {
      return places.length;
    }

    int next(int slot) {
      return slot + 1 & places.length - 1;
    }

    int first(int hash) {
      return hash & places.length - 1;
    }

    boolean holdsRow(int slot) {
      return places[slot] > NEVER;
    }

    boolean is(int flag, int slot) {
      return (flags[slot] & flag) != 0;
    }

    long placeAcquired(int slot) {
      return (long) PLACES.getAcquire(places, slot);
    }

    boolean isDirtyAcquired(int slot) {
      return ((byte) FLAGS.getAcquire(flags, slot) & DIRTY) != 0;
    }

    /** The slot of a key, or {@link #NOWHERE}; by the writer. */
    int find(byte[] key, int hash) {
      for (var slot = first(hash); places[slot] != NEVER; slot = next(slot)) {
        if (hashes[slot] == hash && holdsRow(slot) && log.isOf(places[slot], key)) {
          return slot;
        }
      }
      return NOWHERE;
    }

    /** The slot that names a place, or {@link #NOWHERE}; by the writer. */
    int naming(long place, int hash) {
      for (var slot = first(hash); places[slot] != NEVER; slot = next(slot)) {
        if (places[slot] == place) {
          return slot;
        }
      }
      return NOWHERE;
    }

    /** The first slot of a hash that names no row; by the writer. */
    int free(int hash) {
      var slot = first(hash);
      while (holdsRow(slot)) {
        slot = next(slot);
      }
      return slot;
    }

    /**
     * The value of a key, {@link #ABSENT}, {@link #GONE} or {@link RowLog#MOVED}; by any thread.
     */
    byte[] read(byte[] key, int hash) {
      for (var slot = first(hash); ; slot = next(slot)) {
        var place = placeAcquired(slot);
        if (place == NEVER) {
          return GONE;
        }
        if (place != LEFT && hashes[slot] == hash) {
          var value = log.valueIfOf(place, key);
          if (value != RowLog.OTHER_KEY) {
            return value;
          }
        }
      }
    }
  }

  /** Names the rows that the log moves by their new places. */
  private final class Renaming implements RowLog.Mover {
    private int slot;

    @Override
    public boolean isNamed(int hash, long place) {
      slot = slots.naming(place, hash);
      return slot != NOWHERE;
    }

    @Override
    public void moved(long place) {
      PLACES.setRelease(slots.places, slot, place);
    }
  }

  private final long mostBytes;
  private volatile Slots slots = new Slots(FEWEST_SLOTS, new RowLog());
  // Owned by the writing thread. A row that is dirty (not logged) is in the queue at least once;
  // what is in the queue need not be so any more.
  private final IntQueue dirty = new IntQueue();
  private final IntQueue unlogged = new IntQueue();
  private final Renaming renaming = new Renaming();
  private int taken;
  private int rows;
  private int hand;

  /**
   * An empty table.
   *
   * @param mostBytes that forgotten rows may fill it up to; more where the rows alone take more
   */
  RowTable(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  // ---------------------------------------------------------------- reading, by any thread

  /** A copy of the value of a row, {@link #ABSENT} or {@link #GONE}. */
  byte[] get(byte[] key) {
    var hash = SecretHash.of(key);
    var value = slots.read(key, hash);
    while (value == RowLog.MOVED) {
      Thread.onSpinWait();
      value = slots.read(key, hash);
    }
    return value;
  }

  /**
   * Copies of the rows that are not beneath yet as they are now; among them those to delete.
   *
   * @param wanted of which keys
   */
  List<RowLog.Row> dirtyRows(RowLog.Keys wanted) {
    var rows = new ArrayList<RowLog.Row>();
    var now = slots;
    for (var slot = 0; slot < now.length(); ) {
      if (now.isDirtyAcquired(slot)) {
        var place = now.placeAcquired(slot);
        if (place > NEVER) {
          var row = now.log.row(place, wanted);
          if (row.isEmpty()) {
            // It moved: it is looked for again here, or in new slots from their beginning.
            if (now != slots) {
              now = slots;
              rows.clear();
              slot = 0;
            }
            Thread.onSpinWait();
            continue;
          }
          if (row.get().isWanted()) {
            rows.add(row.get());
          }
        }
      }
      slot++;
    }
    return rows;
  }

  // ---------------------------------------------------------------- writing, by one thread

  /** The slot of a row until the next {@link #add}, or {@link #NOWHERE}. */
  int find(byte[] key) {
    return slots.find(key, SecretHash.of(key));
  }

  /**
   * Adds a row that is not in the table, and is logged and beneath as it is here.
   *
   * @param value or {@link #ABSENT}
   * @return its slot until the next call
   */
  int add(byte[] key, byte[] value) {
    return add(key, value, value == ABSENT ? USED | NOTHING_BELOW | NOTHING_LOGGED : USED);
  }

  /**
   * Adds a row that is not in the table, and neither logged nor beneath yet.
   *
   * @param value or {@link #ABSENT}
   * @return its slot until the next call
   */
  int addDirty(byte[] key, byte[] value) {
    // Not used: who writes a row without having read it may never come back to it.
    var slot = add(key, value, DIRTY | UNLOGGED);
    dirty.add(slot);
    unlogged.add(slot);
    return slot;
  }

  private int add(byte[] key, byte[] value, int flags) {
    if (taken >= slots.length() / 4 * 3) {
      moveToNewSlots();
    }
    var now = slots;
    var hash = SecretHash.of(key);
    var slot = now.free(hash);
    if (now.places[slot] == NEVER) {
      taken++;
    }
    now.hashes[slot] = hash;
    now.flags[slot] = (byte) flags;
    // Last: who sees the place sees the rest.
    PLACES.setRelease(now.places, slot, now.log.add(hash, key, value));
    rows++;
    clean(now);
    return slot;
  }

  /**
   * Twice as many slots as rows, or up to four times, so that a quarter of them has to be taken
   * before the next time. Nobody sees them before the end, so plain stores do, which are fast even
   * before they are compiled.
   */
  private void moveToNewSlots() {
    var before = slots;
    var after =
        new Slots(Math.max(FEWEST_SLOTS, Integer.highestOneBit(2 * rows - 1) * 2), before.log);
    for (var slot = 0; slot < before.length(); slot++) {
      if (before.holdsRow(slot)) {
        var to = after.free(before.hashes[slot]);
        after.hashes[to] = before.hashes[slot];
        after.flags[to] = (byte) (before.flags[slot] & ~(DIRTY | UNLOGGED));
        after.places[to] = before.places[slot];
      }
    }
    moveQueue(dirty, DIRTY, before, after);
    moveQueue(unlogged, UNLOGGED, before, after);
    taken = rows;
    hand &= after.length() - 1;
    slots = after;
  }

  private static void moveQueue(IntQueue queue, int flag, Slots before, Slots after) {
    for (var left = queue.size(); left > 0; left--) {
      var slot = queue.remove();
      if (before.is(flag, slot)) {
        var moved = after.naming(before.places[slot], before.hashes[slot]);
        if (!after.is(flag, moved)) {
          after.flags[moved] |= (byte) flag;
          queue.add(moved);
        }
      }
    }
  }

  /** A copy of the key of the row at a slot. */
  byte[] key(int slot) {
    return slots.log.key(slots.places[slot]);
  }

  /** A copy of the value of the row at a slot, or {@link #ABSENT}. */
  byte[] value(int slot) {
    return slots.log.value(slots.places[slot]);
  }

  /** Bytes of the row at a slot in the log. */
  int length(int slot) {
    return slots.log.length(slots.places[slot]);
  }

  /** Whether the row at a slot is known not to exist. */
  boolean isAbsent(int slot) {
    return slots.log.isAbsent(slots.places[slot]);
  }

  /** Whether there is a row at a slot. */
  boolean holdsRow(int slot) {
    return slots.holdsRow(slot);
  }

  /**
   * Gives the row at a slot another value.
   *
   * @param value or {@link #ABSENT}
   */
  void replace(int slot, byte[] value) {
    var now = slots;
    var before = now.places[slot];
    PLACES.setRelease(now.places, slot, now.log.addAfter(before, value));
    now.log.forget(before);
    clean(now);
  }

  private void clean(Slots now) {
    now.log.clean(renaming, mostBytes - (long) ROW_OVERHEAD_BYTES * rows);
  }

  /** Takes the row at a slot out of the table. */
  void remove(int slot) {
    var now = slots;
    var before = now.places[slot];
    PLACES.setRelease(now.places, slot, LEFT);
    now.flags[slot] = 0;
    rows--;
    now.log.forget(before);
  }

  /** Takes all rows out. */
  void clear() {
    slots = new Slots(FEWEST_SLOTS, new RowLog());
    dirty.clear();
    unlogged.clear();
    taken = 0;
    rows = 0;
    hand = 0;
  }

  /** Whether the row at a slot is not beneath yet. */
  boolean isDirty(int slot) {
    return slots.is(DIRTY, slot);
  }

  /**
   * Says that the row at a slot is going to change: before it does, so that nobody who saw the
   * change takes what is beneath for the row.
   */
  void setDirty(int slot) {
    var flags = slots.flags[slot];
    slots.flags[slot] |= DIRTY | UNLOGGED;
    if ((flags & DIRTY) == 0) {
      dirty.add(slot);
    }
    if ((flags & UNLOGGED) == 0) {
      unlogged.add(slot);
    }
  }

  /** Whether the row at a slot is not logged as it is here. */
  boolean isUnlogged(int slot) {
    return slots.is(UNLOGGED, slot);
  }

  /** Whether the log knows nothing of the row at a slot. */
  boolean isNothingLogged(int slot) {
    return slots.is(NOTHING_LOGGED, slot);
  }

  /** Says that the row at a slot is logged as it is here. */
  void setLogged(int slot) {
    slots.flags[slot] &= ~(UNLOGGED | NOTHING_LOGGED);
  }

  /** The slot of a row that has not been logged for about longest, or {@link #NOWHERE}. */
  int longestUnlogged() {
    return next(unlogged, UNLOGGED);
  }

  private int next(IntQueue queue, int flag) {
    while (queue.size() > 0) {
      var slot = queue.remove();
      if (slots.is(flag, slot)) {
        return slot;
      }
    }
    return NOWHERE;
  }

  /** Entries of the queue of dirty rows: at least as many as there are. */
  int queuedDirty() {
    return dirty.size();
  }

  /** Says that the row at a slot is beneath as it is here. */
  void setClean(int slot) {
    var flags = slots.flags[slot] & ~(DIRTY | LEAVING | NOTHING_BELOW);
    // Who sees that it is clean finds it beneath.
    FLAGS.setRelease(slots.flags, slot, (byte) flags);
  }

  /** The slot of a row that has been dirty for about longest, or {@link #NOWHERE}. */
  int longestDirty() {
    return next(dirty, DIRTY);
  }

  /**
   * The slots of rows that have been dirty for about longest, each once; to be cleaned before
   * anything else.
   *
   * @param into is filled as far as there are any
   * @param most as many at most, and no more than there is room for
   * @return how many
   */
  int longestDirty(int[] into, int most) {
    var size = 0;
    while (size < most) {
      var slot = longestDirty();
      if (slot == NOWHERE) {
        break;
      }
      if (!slots.is(LEAVING, slot)) {
        slots.flags[slot] |= LEAVING;
        into[size++] = slot;
      }
    }
    return size;
  }

  /** Whether nothing is known to be beneath the row at a slot. */
  boolean isNothingBelow(int slot) {
    return slots.is(NOTHING_BELOW, slot);
  }

  /** Spares the row at a slot when the hand comes by next. */
  void use(int slot) {
    slots.flags[slot] |= USED;
  }

  /**
   * The slot of a row that is beneath as it is here and was not used lately, or {@link #NOWHERE}.
   *
   * @param spared not this one
   */
  int leastUsed(int spared) {
    var now = slots;
    for (var steps = 2 * now.length(); steps > 0; steps--) {
      var slot = hand;
      hand = hand + 1 & now.length() - 1;
      var flags = now.flags[slot];
      if ((flags & DIRTY) != 0 || slot == spared) {
        continue;
      }
      // Whether there is a row comes last: a flag is a byte, a place is eight, and most slots are
      // passed by.
      if ((flags & USED) != 0) {
        now.flags[slot] = (byte) (flags & ~USED);
      } else if (now.holdsRow(slot)) {
        return slot;
      }
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
