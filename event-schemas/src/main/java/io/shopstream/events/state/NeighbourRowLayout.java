package io.shopstream.events.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where the parts of a row of the item-neighbours store lie. Numbers are little-endian. With n
 * neighbours, and columns as wide as the version says:
 *
 * <pre>
 *  offset  bytes
 *       0      1  format version, 1 to 3
 *       1      1  version 3: width of the columns s (bits 0 and 1) and m (bits 2 and 3),
 *                 0, 1, 2 or 4 bytes as 0 to 3; before it 0
 *       2      2  n, unsigned
 *       4      4  support that an item outside the row may have, at most
 *       8      8  support of the item itself
 *      16      8  landmark, ms since 1970: weights are as of this time
 *      24      8  half-life of weights, ms
 *      32      8  decayed weight of the item itself, double
 *      40      8  decayed number of times it was touched again right after itself, double
 *      48      8  decayed number of times a visit came back to it after others, double
 *      56     wn  decayed weight a neighbour, double; version 3: float
 *       …     sn  support a neighbour, unsigned; before version 3 of 4 bytes
 *       …     mn  support that the neighbour may have missed, at most; before version 3 of 4 bytes
 *       …     2n  end of the neighbour's id among the ids, unsigned
 *       …      n  low byte of the hash of the neighbour's id
 *       …      …  ids in UTF-8, one after the other
 * </pre>
 *
 * A row of version 2 or 3 also knows its pace, from offset p behind the ids on. Times are in
 * seconds since 2000-01-01 UTC:
 *
 * <pre>
 *       p      4  time of the item's first visit
 *     p+4      4  visits of the last days, decayed, float
 *     p+8      4  the time that they are as of
 *    p+12      4  leaky bucket of the item's own visits
 *    p+16      4  until when the visits that make the pace have used up what it allows
 *    p+20         version 2: 4n, leaky bucket a neighbour;
 *                 version 3: n/8 rounded up, a bit a neighbour: whether its bucket holds anything
 *       …         version 3: 4 bytes each, these buckets
 * </pre>
 *
 * <p>Most rows are of items that are seldom visited: their counts fit into a byte, and their
 * buckets are empty. So a neighbour takes half of what it took in version 2, of which rows are
 * read, and not written any more.
 *
 * <p>Only {@link NeighbourRow} and the editor of rows need this.
 *
 * @param size number of neighbours, n
 * @param weightBytes w, 8 or 4
 * @param supportBytes s, 0, 1, 2 or 4
 * @param missedBytes m, 0, 1, 2 or 4
 */
public record NeighbourRowLayout(int size, int weightBytes, int supportBytes, int missedBytes) {
  /** A row without a pace. */
  public static final byte VERSION = 1;

  /** A row with a pace, as it was written before version 3. */
  public static final byte WIDE_PACED_VERSION = 2;

  /** A row with a pace. */
  public static final byte PACED_VERSION = 3;

  public static final int WIDTHS = 1;
  public static final int SIZE = 2;
  public static final int OUTSIDE_SUPPORT = 4;
  public static final int OWN_SUPPORT = 8;
  public static final int LANDMARK = 16;
  public static final int HALF_LIFE = 24;
  public static final int OWN_WEIGHT = 32;
  public static final int REPEAT_WEIGHT = 40;
  public static final int RETURN_WEIGHT = 48;
  public static final int HEADER_BYTES = 56;

  /** Bytes of the pace besides those of the neighbours. */
  public static final int PACE_HEADER_BYTES = 20;

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

  /** That of a row without a pace. */
  public static NeighbourRowLayout wide(int size) {
    return new NeighbourRowLayout(size, Double.BYTES, Integer.BYTES, Integer.BYTES);
  }

  /**
   * That of a row as the store holds it.
   *
   * @param row at least {@link #HEADER_BYTES} bytes, of a known version
   */
  public static NeighbourRowLayout of(byte[] row) {
    return row[0] == PACED_VERSION
        ? new NeighbourRowLayout(
            size(row), Float.BYTES, width(row[WIDTHS]), width(row[WIDTHS] >>> 2))
        : wide(size(row));
  }

  private static int width(int code) {
    return (1 << (code & 3)) >>> 1;
  }

  /** The content of {@link #WIDTHS}. */
  public byte widths() {
    return (byte) (code(supportBytes) | code(missedBytes) << 2);
  }

  private static int code(int width) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(width);
  }

  /**
   * The least width of a column.
   *
   * @param allBits all bits that are set in any of its numbers
   */
  public static int widthOf(int allBits) {
    if ((allBits & 0xFFFF_0000) != 0) {
      return Integer.BYTES;
    }
    if ((allBits & 0xFF00) != 0) {
      return Short.BYTES;
    }
    return allBits == 0 ? 0 : Byte.BYTES;
  }

  public int weights() {
    return HEADER_BYTES;
  }

  public int supports() {
    return weights() + weightBytes * size;
  }

  public int missed() {
    return supports() + supportBytes * size;
  }

  public int idEnds() {
    return missed() + missedBytes * size;
  }

  public int tags() {
    return idEnds() + Short.BYTES * size;
  }

  public int ids() {
    return tags() + size;
  }

  /** Bytes of the bits that tell whose buckets hold anything. */
  public int bucketBits() {
    return (size + Byte.SIZE - 1) / Byte.SIZE;
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

  /** A number of a column of so many bytes each, unsigned. */
  public static int getNumber(byte[] row, int column, int k, int width) {
    return switch (width) {
      case 0 -> 0;
      case Byte.BYTES -> row[column + k] & 0xFF;
      case Short.BYTES -> getUnsignedShort(row, column + Short.BYTES * k);
      default -> getInt(row, column + Integer.BYTES * k);
    };
  }

  /** Reads the weights of a row. */
  public void getWeights(byte[] row, double[] into) {
    if (weightBytes == Double.BYTES) {
      littleEndian(row, weights(), Double.BYTES * size).asDoubleBuffer().get(into, 0, size);
      return;
    }
    for (int k = 0; k < size; k++) {
      into[k] = Float.intBitsToFloat(getInt(row, weights() + Float.BYTES * k));
    }
  }

  /** Writes weights into a row. */
  public void putWeights(byte[] row, double[] from) {
    if (weightBytes == Double.BYTES) {
      littleEndian(row, weights(), Double.BYTES * size).asDoubleBuffer().put(from, 0, size);
      return;
    }
    for (int k = 0; k < size; k++) {
      putInt(row, weights() + Float.BYTES * k, Float.floatToRawIntBits((float) from[k]));
    }
  }

  /** Reads a column of numbers of so many bytes each. */
  public static void getNumbers(byte[] row, int column, int width, int[] into, int n) {
    switch (width) {
      case 0 -> Arrays.fill(into, 0, n, 0);
      case Byte.BYTES -> {
        for (int k = 0; k < n; k++) {
          into[k] = row[column + k] & 0xFF;
        }
      }
      case Short.BYTES -> {
        for (int k = 0; k < n; k++) {
          into[k] = getUnsignedShort(row, column + Short.BYTES * k);
        }
      }
      // All at once, which is faster than one by one.
      default -> littleEndian(row, column, Integer.BYTES * n).asIntBuffer().get(into, 0, n);
    }
  }

  /** Writes a column of numbers of so many bytes each. */
  public static void putNumbers(byte[] row, int column, int width, int[] from, int n) {
    switch (width) {
      case 0 -> {}
      case Byte.BYTES -> {
        for (int k = 0; k < n; k++) {
          row[column + k] = (byte) from[k];
        }
      }
      case Short.BYTES -> {
        for (int k = 0; k < n; k++) {
          putUnsignedShort(row, column + Short.BYTES * k, from[k]);
        }
      }
      default -> littleEndian(row, column, Integer.BYTES * n).asIntBuffer().put(from, 0, n);
    }
  }

  private static ByteBuffer littleEndian(byte[] row, int offset, int length) {
    return ByteBuffer.wrap(row, offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
