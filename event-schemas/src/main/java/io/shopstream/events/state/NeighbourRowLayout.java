package io.shopstream.events.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where the parts of a row of the item-neighbours store lie. Numbers are little-endian. With n
 * neighbours:
 *
 * <pre>
 *  offset  bytes
 *       0      1  format version, 1 or 2
 *       1      1  reserved, 0
 *       2      2  n, unsigned
 *       4      4  support that an item outside the row may have, at most
 *       8      8  support of the item itself
 *      16      8  landmark, ms since 1970: weights are as of this time
 *      24      8  half-life of weights, ms
 *      32      8  decayed weight of the item itself, double
 *      40      8  decayed number of times it was touched again right after itself, double
 *      48      8  decayed number of times a visit came back to it after others, double
 *      56     8n  decayed weight a neighbour, double
 *  56+ 8n     4n  support a neighbour
 *  56+12n     4n  support that the neighbour may have missed, at most
 *  56+16n     2n  end of the neighbour's id among the ids, unsigned
 *  56+18n      n  low byte of the hash of the neighbour's id
 *  56+19n      …  ids in UTF-8, one after the other
 * </pre>
 *
 * A row of version 2 also knows its pace, from offset p behind the ids on. Times are in seconds
 * since 2000-01-01 UTC:
 *
 * <pre>
 *       p      4  time of the item's first visit
 *     p+4      4  visits of the last days, decayed, float
 *     p+8      4  the time that they are as of
 *    p+12      4  leaky bucket of the item.s own visits
 *    p+16      4  until when the visits that make the pace have used up what it allows
 *    p+20     4n  leaky bucket a neighbour
 * </pre>
 *
 * Only {@link NeighbourRow} and the editor of rows need this.
 */
public final class NeighbourRowLayout {
  /** A row without a pace. */
  public static final byte VERSION = 1;

  /** A row with a pace. */
  public static final byte PACED_VERSION = 2;

  public static final int SIZE = 2;
  public static final int OUTSIDE_SUPPORT = 4;
  public static final int OWN_SUPPORT = 8;
  public static final int LANDMARK = 16;
  public static final int HALF_LIFE = 24;
  public static final int OWN_WEIGHT = 32;
  public static final int REPEAT_WEIGHT = 40;
  public static final int RETURN_WEIGHT = 48;
  public static final int HEADER_BYTES = 56;

  /** Bytes a neighbour takes besides its id. */
  public static final int NEIGHBOUR_BYTES = 19;

  /** Bytes of the pace besides those of the neighbours. */
  public static final int PACE_HEADER_BYTES = 20;

  /** Bytes of the pace a neighbour takes. */
  public static final int PACE_NEIGHBOUR_BYTES = 4;

  public static final int PACE_FIRST = 0;
  public static final int PACE_RECENT = 4;
  public static final int PACE_RECENT_TIME = 8;
  public static final int PACE_OWN = 12;
  public static final int PACE_USED = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private NeighbourRowLayout() {}

  public static int weights() {
    return HEADER_BYTES;
  }

  public static int supports(int n) {
    return HEADER_BYTES + 8 * n;
  }

  public static int missed(int n) {
    return HEADER_BYTES + 12 * n;
  }

  public static int idEnds(int n) {
    return HEADER_BYTES + 16 * n;
  }

  public static int tags(int n) {
    return HEADER_BYTES + 18 * n;
  }

  public static int ids(int n) {
    return HEADER_BYTES + NEIGHBOUR_BYTES * n;
  }

  /** Bytes of the pace of a row of n neighbours, 0 if it has none. */
  public static int paceBytes(byte version, int n) {
    return version == PACED_VERSION ? PACE_HEADER_BYTES + PACE_NEIGHBOUR_BYTES * n : 0;
  }

  public static int size(byte[] row) {
    return getUnsignedShort(row, SIZE);
  }

  public static double getDouble(byte[] row, int offset) {
    return Double.longBitsToDouble(getLong(row, offset));
  }

  public static long getLong(byte[] row, int offset) {
    return (long) LONGS.get(row, offset);
  }

  public static int getInt(byte[] row, int offset) {
    return (int) INTS.get(row, offset);
  }

  public static int getUnsignedShort(byte[] row, int offset) {
    return (short) SHORTS.get(row, offset) & 0xFFFF;
  }

  public static void putDouble(byte[] row, int offset, double value) {
    putLong(row, offset, Double.doubleToRawLongBits(value));
  }

  public static void putLong(byte[] row, int offset, long value) {
    LONGS.set(row, offset, value);
  }

  public static void putInt(byte[] row, int offset, int value) {
    INTS.set(row, offset, value);
  }

  public static void putUnsignedShort(byte[] row, int offset, int value) {
    SHORTS.set(row, offset, (short) value);
  }

  /** Reads a column of doubles; all at once, which is faster than one by one. */
  public static void getDoubles(byte[] row, int offset, double[] into, int n) {
    littleEndian(row, offset, Double.BYTES * n).asDoubleBuffer().get(into, 0, n);
  }

  /** Reads a column of ints. */
  public static void getInts(byte[] row, int offset, int[] into, int n) {
    littleEndian(row, offset, Integer.BYTES * n).asIntBuffer().get(into, 0, n);
  }

  /** Writes the first values of an array as a column. */
  public static void putDoubles(byte[] row, int offset, double[] from, int n) {
    littleEndian(row, offset, Double.BYTES * n).asDoubleBuffer().put(from, 0, n);
  }

  /** Writes the first values of an array as a column. */
  public static void putInts(byte[] row, int offset, int[] from, int n) {
    littleEndian(row, offset, Integer.BYTES * n).asIntBuffer().put(from, 0, n);
  }

  private static ByteBuffer littleEndian(byte[] row, int offset, int length) {
    return ByteBuffer.wrap(row, offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
