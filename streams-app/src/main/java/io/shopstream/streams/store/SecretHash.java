package io.shopstream.streams.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A hash that is another in each process, for tables whose keys hold what anybody may choose: who
 * knew which keys have the same could make each step look through thousands. Eight bytes at a time
 * are multiplied by a secret, and the halves of the product are folded (the step of wyhash by Wang
 * Yi).
 */
public final class SecretHash {

  private static final long SEED = ThreadLocalRandom.current().nextLong();
  private static final long MULTIPLIER = ThreadLocalRandom.current().nextLong() | 1;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private SecretHash() {}

  /** Hash of a whole array. */
  public static int of(byte[] key) {
    return of(key, 0, key.length);
  }

  /**
   * Hash of a range, the same wherever it stands.
   *
   * @param from first byte
   * @param to one past the last byte
   */
  public static int of(byte[] bytes, int from, int to) {
    var hash = SEED ^ (to - from);
    var at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      hash = folded(hash ^ (long) LONGS.get(bytes, at));
    }
    hash = folded(hash ^ rest(bytes, at, to));
    return (int) (hash ^ hash >>> 32);
  }

  /** Fewer than eight bytes, at once where the array goes on behind them. */
  private static long rest(byte[] bytes, int from, int to) {
    var bits = Byte.SIZE * (to - from);
    if (from + Long.BYTES <= bytes.length) {
      return (long) LONGS.get(bytes, from) & (1L << bits) - 1;
    }
    var rest = 0L;
    for (var at = to - 1; at >= from; at--) {
      rest = rest << Byte.SIZE | (bytes[at] & 0xFF);
    }
    return rest;
  }

  private static long folded(long word) {
    return (word * MULTIPLIER) ^ Math.multiplyHigh(word, MULTIPLIER);
  }
}
