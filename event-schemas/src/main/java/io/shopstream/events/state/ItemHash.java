package io.shopstream.events.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * 64-bit hash of an id's UTF-8 bytes, so that scoring adds up neighbours without making strings.
 * The function is xxHash64 with seed 0 (Yann Collet, <a
 * href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">specification</a>). Among a
 * million items the chance that any two share a hash is below 3 in 10^8.
 */
public final class ItemHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  /** The sum of the first two, which overflows on purpose. */
  private static final long PRIME_1_PLUS_2 = 0x60EA27EEADC0B5D6L;

  private ItemHash() {}

  /** Hash of an id. */
  public static long of(String id) {
    return of(id.getBytes(StandardCharsets.UTF_8));
  }

  /** Hash of an id given as UTF-8. */
  public static long of(byte[] utf8) {
    return of(utf8, 0, utf8.length);
  }

  /**
   * Hash of an id given as a range of UTF-8 bytes.
   *
   * @param from first byte
   * @param to one past the last byte
   */
  public static long of(byte[] bytes, int from, int to) {
    int at = from;
    long hash;
    if (to - from >= 32) {
      long a = PRIME_1_PLUS_2;
      long b = PRIME_2;
      long c = 0;
      long d = -PRIME_1;
      for (; at <= to - 32; at += 32) {
        a = round(a, (long) LONGS.get(bytes, at));
        b = round(b, (long) LONGS.get(bytes, at + 8));
        c = round(c, (long) LONGS.get(bytes, at + 16));
        d = round(d, (long) LONGS.get(bytes, at + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(hash, a);
      hash = merge(hash, b);
      hash = merge(hash, c);
      hash = merge(hash, d);
    } else {
      hash = PRIME_5;
    }
    hash += to - from;
    for (; at <= to - 8; at += 8) {
      hash ^= round(0, (long) LONGS.get(bytes, at));
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (at <= to - 4) {
      hash ^= ((int) INTS.get(bytes, at) & 0xFFFFFFFFL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < to; at++) {
      hash ^= (bytes[at] & 0xFF) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    hash ^= hash >>> 33;
    hash *= PRIME_2;
    hash ^= hash >>> 29;
    hash *= PRIME_3;
    return hash ^ (hash >>> 32);
  }

  private static long round(long accumulator, long lane) {
    return Long.rotateLeft(accumulator + lane * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long accumulator) {
    return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
  }
}
