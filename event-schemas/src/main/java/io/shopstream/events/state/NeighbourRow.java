package io.shopstream.events.state;

import static io.shopstream.events.state.NeighbourRowLayout.getDouble;
import static io.shopstream.events.state.NeighbourRowLayout.getInt;
import static io.shopstream.events.state.NeighbourRowLayout.getLong;
import static io.shopstream.events.state.NeighbourRowLayout.getUnsignedShort;

import java.nio.charset.StandardCharsets;

/**
 * Reading view of one row of the item-neighbours store: an item, and the items that go with it, by
 * one kind of evidence. A neighbour's weight falls with its distance in the visit and with time;
 * its support is the plain number of visits (or orders) that held both. The view holds the bytes as
 * they are and makes no object a neighbour. Neighbours stand in no particular order.
 *
 * <p>A row keeps a bounded number of neighbours. Counts are lower bounds: the true support of a
 * neighbour lies between {@link #neighbourSupport} and that plus {@link #neighbourMissed}, and the
 * true support of an item that is not in the row is at most {@link #supportError}.
 *
 * <p>Layout: {@link NeighbourRowLayout}. Safe for use by several threads as long as nobody writes
 * to the bytes.
 */
public final class NeighbourRow {
  /** The row of an item never seen. */
  public static final NeighbourRow EMPTY = new NeighbourRow(emptyBytes());

  private final byte[] row;
  private final int size;
  private final boolean isWide;
  private final int supportBytes;
  private final int missedBytes;
  private final int supports;
  private final int missed;
  private final int idEnds;
  private final int ids;

  private NeighbourRow(byte[] row) {
    this.row = row;
    var layout = NeighbourRowLayout.of(row);
    size = layout.size();
    isWide = layout.weightBytes() == Double.BYTES;
    supportBytes = layout.supportBytes();
    missedBytes = layout.missedBytes();
    supports = layout.supports();
    missed = layout.missed();
    idEnds = layout.idEnds();
    ids = layout.ids();
  }

  /**
   * Views a row as the store holds it. The bytes are not copied.
   *
   * @throws IllegalArgumentException if the bytes are not a row of a known version
   */
  public static NeighbourRow of(byte[] row) {
    if (row.length < NeighbourRowLayout.HEADER_BYTES) {
      throw new IllegalArgumentException(
          "A neighbour row has at least %d bytes, this one has %d"
              .formatted(NeighbourRowLayout.HEADER_BYTES, row.length));
    }
    if (row[0] < NeighbourRowLayout.VERSION || row[0] > NeighbourRowLayout.PACED_VERSION) {
      throw new IllegalArgumentException(
          "Neighbour row of format version %d, this program reads versions %d to %d"
              .formatted(row[0], NeighbourRowLayout.VERSION, NeighbourRowLayout.PACED_VERSION));
    }
    var view = new NeighbourRow(row);
    if (row.length < view.ids || row.length != view.end()) {
      throw new IllegalArgumentException(
          "Neighbour row of %d neighbours is cut off or too long: %d bytes"
              .formatted(view.size, row.length));
    }
    return view;
  }

  /** Number of neighbours. */
  public int size() {
    return size;
  }

  /** Whether the item was never seen. */
  public boolean isEmpty() {
    return size == 0 && support() == 0;
  }

  /**
   * The item's own decayed number of visits (orders), as of {@link #landmarkMs}; of visits that
   * came faster than the item's pace allows, less than one each.
   */
  public double weight() {
    return getDouble(row, NeighbourRowLayout.OWN_WEIGHT);
  }

  /**
   * Decayed number of times that the item was touched again right after itself, as of {@link
   * #landmarkMs}.
   */
  public double repeatWeight() {
    return getDouble(row, NeighbourRowLayout.REPEAT_WEIGHT);
  }

  /**
   * Decayed number of times that a visit came back to the item after others, as of {@link
   * #landmarkMs}.
   */
  public double returnWeight() {
    return getDouble(row, NeighbourRowLayout.RETURN_WEIGHT);
  }

  /** How many visits (orders) held the item. Exact. */
  public long support() {
    return getLong(row, NeighbourRowLayout.OWN_SUPPORT);
  }

  /** The time that weights are as of, in milliseconds since 1970-01-01 UTC. */
  public long landmarkMs() {
    return getLong(row, NeighbourRowLayout.LANDMARK);
  }

  /** Time in which a weight falls by half, in milliseconds. */
  public long halfLifeMs() {
    return getLong(row, NeighbourRowLayout.HALF_LIFE);
  }

  /**
   * How much support an item may have that is not in the row, at most: what an evicted neighbour
   * had. 0 while none was ever evicted.
   */
  public int supportError() {
    return getInt(row, NeighbourRowLayout.OUTSIDE_SUPPORT);
  }

  /** Multiplying a weight of this row with this gives it as of another time. */
  public double decayAt(long timeMs) {
    return ForwardDecay.factor(landmarkMs(), timeMs, halfLifeMs());
  }

  /** The item's own decayed weight as of a time. */
  public double weightAt(long timeMs) {
    return weight() * decayAt(timeMs);
  }

  /** Decayed weight of the k-th neighbour, as of {@link #landmarkMs}. */
  public double neighbourWeight(int k) {
    return isWide
        ? getDouble(row, NeighbourRowLayout.HEADER_BYTES + Double.BYTES * checked(k))
        : Float.intBitsToFloat(
            getInt(row, NeighbourRowLayout.HEADER_BYTES + Float.BYTES * checked(k)));
  }

  /** Decayed weight of the k-th neighbour as of a time; for many, see {@link #decayAt}. */
  public double neighbourWeightAt(int k, long timeMs) {
    return neighbourWeight(k) * decayAt(timeMs);
  }

  /** How many visits (orders) held both, at least; see {@link #neighbourMissed}. */
  public int neighbourSupport(int k) {
    return NeighbourRowLayout.getNumber(row, supports, checked(k), supportBytes);
  }

  /**
   * How much support the k-th neighbour may have missed, at most; 0 if it came before the row was
   * full.
   */
  public int neighbourMissed(int k) {
    return NeighbourRowLayout.getNumber(row, missed, checked(k), missedBytes);
  }

  /** {@link ItemHash} of the k-th neighbour's id. */
  public long neighbourHash(int k) {
    return ItemHash.of(row, ids + idStart(checked(k)), ids + idEnd(k));
  }

  /** Id of the k-th neighbour. */
  public String neighbourId(int k) {
    int start = idStart(checked(k));
    return new String(row, ids + start, idEnd(k) - start, StandardCharsets.UTF_8);
  }

  /** Number of bytes of the row. */
  public int bytes() {
    return row.length;
  }

  /** Where a row of its version ends that is as long as it says. */
  private long end() {
    long pace = (long) ids + (size == 0 ? 0 : idEnd(size - 1));
    long buckets = pace + NeighbourRowLayout.PACE_HEADER_BYTES;
    return switch (row[0]) {
      case NeighbourRowLayout.VERSION -> pace;
      case NeighbourRowLayout.WIDE_PACED_VERSION -> buckets + (long) Integer.BYTES * size;
      default -> {
        int bits = NeighbourRowLayout.of(row).bucketBits();
        int held = 0;
        for (long at = buckets; at < Math.min(row.length, buckets + bits); at++) {
          held += Integer.bitCount(row[(int) at] & 0xFF);
        }
        yield buckets + bits + (long) Integer.BYTES * held;
      }
    };
  }

  private int idStart(int k) {
    return k == 0 ? 0 : idEnd(k - 1);
  }

  private int idEnd(int k) {
    return getUnsignedShort(row, idEnds + Short.BYTES * k);
  }

  private int checked(int k) {
    if (k < 0 || k >= size) {
      throw new IndexOutOfBoundsException("Neighbour " + k + " of " + size);
    }
    return k;
  }

  private static byte[] emptyBytes() {
    var bytes = new byte[NeighbourRowLayout.HEADER_BYTES];
    bytes[0] = NeighbourRowLayout.VERSION;
    NeighbourRowLayout.putLong(bytes, NeighbourRowLayout.HALF_LIFE, Long.MAX_VALUE);
    return bytes;
  }
}
