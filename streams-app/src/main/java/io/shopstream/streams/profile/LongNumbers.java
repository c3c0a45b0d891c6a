package io.shopstream.streams.profile;

import java.util.Arrays;

/**
 * Numbers distinct keys in the order in which they first come: 0, 1, 2 and so on, so that what is
 * known of a key can stand in an array. A hash table with open addressing, at most half full.
 */
final class LongNumbers {

  /** Fibonacci hashing: 2^64 divided by the golden ratio (Knuth, TAOCP volume 3, section 6.4). */
  static final long SCATTER = 0x9E3779B97F4A7C15L;

  private static final int LEAST_KEYS = 256;
  private static final int FREE = -1;

  private long[] keys;
  private int[] slots;
  private int size;

  /**
   * @param expected keys that there is room for from the beginning, 0 or more
   */
  LongNumbers(int expected) {
    int room = Math.max(LEAST_KEYS, Integer.highestOneBit(Math.max(1, expected - 1)) << 1);
    keys = new long[room];
    slots = freeSlots(2 * room);
  }

  private static int[] freeSlots(int number) {
    var slots = new int[number];
    Arrays.fill(slots, FREE);
    return slots;
  }

  /** Keys so far. */
  int size() {
    return size;
  }

  /** How many numbers there is room for before it grows. */
  int capacity() {
    return keys.length;
  }

  /** The key of a number below {@link #size}. */
  long key(int number) {
    return keys[number];
  }

  /** The number of a key; the next one, which was {@link #size} until now, when it is new. */
  int of(long key) {
    int slot = slot(key);
    if (slots[slot] != FREE) {
      return slots[slot];
    }
    if (size == keys.length) {
      grow();
      slot = slot(key);
    }
    keys[size] = key;
    slots[slot] = size;
    return size++;
  }

  /** Where the key is, or belongs. */
  private int slot(long key) {
    int mask = slots.length - 1;
    int slot = (int) ((key * SCATTER) >>> 32) & mask;
    while (slots[slot] != FREE && keys[slots[slot]] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    keys = Arrays.copyOf(keys, 2 * size);
    slots = freeSlots(4 * size);
    for (int number = 0; number < size; number++) {
      slots[slot(keys[number])] = number;
    }
  }
}
