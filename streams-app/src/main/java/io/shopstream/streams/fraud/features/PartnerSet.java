package io.shopstream.streams.fraud.features;

import java.util.Arrays;

/**
 * The distinct partners of an entity, the least recently seen first. Holds at most {@link
 * #CAPACITY}; when one more comes the least recently seen is forgotten, and from then on counts
 * that reach back that far are a lower bound and say so.
 */
final class PartnerSet {
  /** Partners kept. */
  static final int CAPACITY = 64;

  private int size;
  private long[] hash = new long[2];
  private long[] seenMs = new long[2];

  /** The latest time at which a forgotten partner was seen; 0 when none was forgotten. */
  private long forgottenMs;

  /** Forgets all partners. */
  void clear() {
    size = 0;
    forgottenMs = 0;
  }

  boolean contains(long partner) {
    for (int i = size - 1; i >= 0; i--) {
      if (hash[i] == partner) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param clockMs never less than in an earlier call
   */
  void see(long partner, long clockMs) {
    int at = size - 1;
    while (at >= 0 && hash[at] != partner) {
      at--;
    }
    if (at < 0 && size == CAPACITY) {
      forgottenMs = seenMs[0];
      at = 0;
    }
    if (at >= 0) {
      System.arraycopy(hash, at + 1, hash, at, size - at - 1);
      System.arraycopy(seenMs, at + 1, seenMs, at, size - at - 1);
      size--;
    } else if (size == hash.length) {
      int capacity = Math.min(CAPACITY, size * 2);
      hash = Arrays.copyOf(hash, capacity);
      seenMs = Arrays.copyOf(seenMs, capacity);
    }
    hash[size] = partner;
    seenMs[size] = clockMs;
    size++;
  }

  /**
   * Distinct partners seen in the last {@code lengthMs} before the clock; a lower bound when not
   * {@link #exact}.
   */
  int count(long clockMs, long lengthMs) {
    int at = size;
    while (at > 0 && seenMs[at - 1] > clockMs - lengthMs) {
      at--;
    }
    return size - at;
  }

  /** Whether {@link #count} is exact: nobody seen in that time was forgotten. */
  boolean exact(long clockMs, long lengthMs) {
    return forgottenMs == 0 || forgottenMs <= clockMs - lengthMs;
  }

  boolean seenWithin(long partner, long clockMs, long lengthMs) {
    for (int i = size - 1; i >= 0 && seenMs[i] > clockMs - lengthMs; i--) {
      if (hash[i] == partner) {
        return true;
      }
    }
    return false;
  }

  /** Takes a partner out. */
  void forget(long partner) {
    for (int at = 0; at < size; at++) {
      if (hash[at] == partner) {
        System.arraycopy(hash, at + 1, hash, at, size - at - 1);
        System.arraycopy(seenMs, at + 1, seenMs, at, size - at - 1);
        size--;
        return;
      }
    }
  }

  /** Whether nobody is in it, and nobody was forgotten because it was full. */
  boolean isEmpty() {
    return size == 0 && forgottenMs == 0;
  }

  int size() {
    return size;
  }

  boolean forgotSome() {
    return forgottenMs != 0;
  }

  void write(ByteWriter out) {
    out.putVarint(size);
    out.putVarint(forgottenMs);
    long previous = 0;
    for (int i = 0; i < size; i++) {
      out.putLong(hash[i]);
      out.putVarint(seenMs[i] - previous);
      previous = seenMs[i];
    }
  }

  void read(ByteReader in) {
    size = in.getCount();
    if (size > CAPACITY) {
      throw new IllegalArgumentException("a partner set of " + size + ", at most " + CAPACITY);
    }
    forgottenMs = in.getVarint();
    if (size > hash.length) {
      hash = new long[size];
      seenMs = new long[size];
    }
    long previous = 0;
    for (int i = 0; i < size; i++) {
      hash[i] = in.getLong();
      previous += in.getVarint();
      seenMs[i] = previous;
    }
  }
}
