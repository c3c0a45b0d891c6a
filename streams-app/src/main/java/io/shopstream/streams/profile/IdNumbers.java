package io.shopstream.streams.profile;

import io.shopstream.streams.store.SecretHash;
import java.util.Arrays;

/**
 * Numbers distinct ids in the order in which they first come: 0, 1, 2 and so on, so that what is
 * known of an id can stand in arrays. The ids stand one after another in one array, and a hash
 * table with open addressing, at most half full, finds them: an id costs no object, and hardly more
 * than a look at its hash.
 */
final class IdNumbers {

  private static final int FEWEST_IDS = 256;
  private static final int USUAL_ID_BYTES = 16;

  private byte[] bytes;
  // End of each id among the bytes; it begins where the one before ends.
  private int[] ends;
  // Hash of an id (upper half) and its number + 1; 0: free.
  private long[] slots;
  private int size;

  /**
   * @param expected ids that there is room for from the beginning, 0 or more
   */
  IdNumbers(int expected) {
    int room = Math.max(FEWEST_IDS, Integer.highestOneBit(Math.max(1, expected - 1)) << 1);
    bytes = new byte[USUAL_ID_BYTES * room];
    ends = new int[room];
    slots = new long[2 * room];
  }

  /** Ids so far. */
  int size() {
    return size;
  }

  /** How many ids there is room for before it grows. */
  int capacity() {
    return ends.length;
  }

  /** The ids one after another; the array is another one when one more has come. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the id of a number, at most {@link #size}, begins in {@link #bytes}. */
  int start(int number) {
    return number == 0 ? 0 : ends[number - 1];
  }

  /** One past the last byte of the id of a number below {@link #size}. */
  int end(int number) {
    return ends[number];
  }

  /**
   * The number of an id; the next one, which was {@link #size} until now, when it is new.
   *
   * @param from its first byte
   * @param to one past its last byte
   */
  int of(byte[] id, int from, int to) {
    int hash = SecretHash.of(id, from, to);
    int mask = slots.length - 1;
    int slot = hash & mask;
    for (; slots[slot] != 0; slot = slot + 1 & mask) {
      if ((int) (slots[slot] >>> Integer.SIZE) == hash) {
        int number = (int) slots[slot] - 1;
        if (Arrays.equals(bytes, start(number), ends[number], id, from, to)) {
          return number;
        }
      }
    }
    if (size == ends.length) {
      grow();
      slot = free(hash);
    }
    slots[slot] = (long) hash << Integer.SIZE | (size + 1);
    add(id, from, to);
    return size - 1;
  }

  private void add(byte[] id, int from, int to) {
    int start = start(size);
    int end = start + to - from;
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
    }
    System.arraycopy(id, from, bytes, start, to - from);
    ends[size++] = end;
  }

  private int free(int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    var before = slots;
    ends = Arrays.copyOf(ends, 2 * size);
    slots = new long[4 * size];
    for (long taken : before) {
      if (taken != 0) {
        slots[free((int) (taken >>> Integer.SIZE))] = taken;
      }
    }
  }
}
