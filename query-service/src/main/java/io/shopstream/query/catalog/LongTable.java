package io.shopstream.query.catalog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Objects by a 64-bit key, for one writing thread and any number of reading ones that never wait.
 * An open-addressing table: no object an entry, no boxed keys. The key must be spread already, as a
 * hash is.
 *
 * @param <V> immutable values
 */
final class LongTable<V> {

  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(Object[].class);

  /** A slot whose value was removed keeps its key, so that searches go on past it. */
  private static final class Slots {
    private final long[] keys;
    private final Object[] values;
    private final int mask;

    private Slots(int capacity) {
      keys = new long[capacity];
      values = new Object[capacity];
      mask = capacity - 1;
    }
  }

  private static final Object REMOVED = new Object();

  private volatile Slots slots = new Slots(1 << 10);
  private int used;
  private volatile int size;

  /** The value of a key, or null. */
  @SuppressWarnings("unchecked") // what put put in
  V get(long key) {
    var table = slots;
    for (var slot = (int) key & table.mask; ; slot = (slot + 1) & table.mask) {
      var value = VALUES.getAcquire(table.values, slot);
      if (value == null) {
        return null;
      }
      if (table.keys[slot] == key) {
        return value == REMOVED ? null : (V) value;
      }
    }
  }

  /** Sets the value of a key; by the writing thread. */
  void put(long key, V value) {
    if (set(slots, key, value)) {
      used++;
      if (used * 2L > slots.keys.length) {
        rebuild();
      }
    }
  }

  /** Forgets a key; by the writing thread. */
  void remove(long key) {
    if (get(key) != null) {
      set(slots, key, REMOVED);
      resize(-1);
    }
  }

  /** Visits every value, in no order; what is written meanwhile may be missed. */
  @SuppressWarnings("unchecked") // what put put in
  void forEach(Consumer<V> visitor) {
    var table = slots;
    for (var slot = 0; slot < table.values.length; slot++) {
      var value = VALUES.getAcquire(table.values, slot);
      if (value != null && value != REMOVED) {
        visitor.accept((V) value);
      }
    }
  }

  /** Number of keys with a value. */
  int size() {
    return size;
  }

  /** Returns whether a free slot was taken. */
  private boolean set(Slots table, long key, Object value) {
    for (var slot = (int) key & table.mask; ; slot = (slot + 1) & table.mask) {
      var there = table.values[slot];
      if (there == null) {
        table.keys[slot] = key; // made visible by the value
        VALUES.setRelease(table.values, slot, value);
        resize(1);
        return true;
      }
      if (table.keys[slot] == key) {
        if (there == REMOVED && value != REMOVED) {
          resize(1);
        }
        VALUES.setRelease(table.values, slot, value);
        return false;
      }
    }
  }

  private static void insert(Slots table, long key, Object value) {
    var slot = (int) key & table.mask;
    while (table.values[slot] != null) {
      slot = (slot + 1) & table.mask;
    }
    table.keys[slot] = key;
    table.values[slot] = value;
  }

  private void resize(int by) {
    var now = size; // one thread writes
    size = now + by;
  }

  private void rebuild() {
    var old = slots;
    var bigger = new Slots(Integer.highestOneBit(Math.max(512, size)) * 8);
    used = 0;
    for (var slot = 0; slot < old.values.length; slot++) {
      if (old.values[slot] != null && old.values[slot] != REMOVED) {
        insert(bigger, old.keys[slot], old.values[slot]);
        used++;
      }
    }
    slots = bigger;
  }
}
