package io.shopstream.streams.cooccurrence;

import static io.shopstream.events.state.NeighbourRowLayout.getDouble;
import static io.shopstream.events.state.NeighbourRowLayout.getInt;
import static io.shopstream.events.state.NeighbourRowLayout.getLong;
import static io.shopstream.events.state.NeighbourRowLayout.getUnsignedShort;
import static io.shopstream.events.state.NeighbourRowLayout.putDouble;
import static io.shopstream.events.state.NeighbourRowLayout.putInt;
import static io.shopstream.events.state.NeighbourRowLayout.putLong;
import static io.shopstream.events.state.NeighbourRowLayout.putUnsignedShort;

import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.NeighbourRowLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * Adds updates to the bounded rows of the item-neighbours store. A row that is read by others is
 * never written to: each call makes a new one.
 *
 * <p>When a row has more neighbours than its capacity, those with the least decayed weight go, but
 * not the heaviest of those that this very update brought, up to a quarter of the row. (An update
 * may merge a thousand visits: were all that it brought kept, they would push out what took months
 * to gather.) The row then notes the most support that an evicted item can have had (its count plus
 * what that count may have missed), and a newcomer is marked as having missed up to that much, as
 * in the Space-Saving summary (Metwally, Agrawal, El Abbadi, ICDT 2005). So for every item, at any
 * time, with its true support s: {@code neighbourSupport ≤ s ≤ neighbourSupport + neighbourMissed}
 * if it is in the row, {@code s ≤ supportError} if it is not. Rows that never were full are exact.
 *
 * <p>Support counts every visit. The weight of visits that came faster than the row's pace allows
 * is cut, see {@link RowPace}.
 *
 * <p>Not safe for use by several threads: an editor keeps its working space between calls.
 */
public final class NeighbourRowEditor {
  /** Neighbours a row keeps unless told otherwise. */
  public static final int DEFAULT_CAPACITY = 150;

  /** Half-life of weights unless told otherwise. */
  public static final Duration DEFAULT_HALF_LIFE = Duration.ofDays(90);

  /** Ids are at most this long, in bytes of UTF-8. */
  static final int MAX_ID_BYTES = 64;

  private static final int MAX_CAPACITY = 10_000;

  /** Ends of ids are kept in two bytes. */
  private static final int MAX_BYTES_OF_IDS = 65_535;

  /**
   * The landmark moves when an update is this many half-lives younger. Weights then stay below 2^16
   * times their count, far from the limits of a float.
   */
  private static final int LANDMARK_HALF_LIVES = 16;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long LOWEST_BITS = 0x0101010101010101L;
  private static final long HIGHEST_BITS = 0x8080808080808080L;

  private final int capacity;
  private final int protectedNewcomers;
  private final long halfLifeMs;
  private final RowPace paceOrNull;

  // The row being edited, as columns. Grown when one update brings many neighbours.
  private int size;
  private double[] weights;
  private int[] supports;
  private int[] missed;
  private byte[] tags = {};
  private int[] idStarts;
  private int[] idEnds;
  private boolean[] fresh;
  private int[] buckets;
  private int[] victims;
  private byte[] ids;
  private int idsUsed;
  private boolean idsHaveGaps;
  private int outsideSupport;
  private long landmark;
  private double ownWeight;
  private double repeatWeight;
  private double returnWeight;
  private long ownSupport;
  // What a unit of the update is worth in the row; of touches again, held to the pace.
  private double growth;
  private double growthOfAgain;
  // The pace of this row, null while it is of a kind that has none.
  private RowPace pace;
  private double creditedOwnWeight;

  /**
   * An editor that lets rows learn as fast as they can.
   *
   * @param capacity most neighbours a row keeps, 1 to 10,000; fewer if their ids take more than
   *     65,535 bytes, which takes more than 1,000
   * @param halfLife time in which a weight falls by half
   */
  public NeighbourRowEditor(int capacity, Duration halfLife) {
    this(capacity, halfLife, null);
  }

  /**
   * An editor as it serves: what clicks add to a row is held to a pace that follows that of the
   * item, see {@link RowPace}.
   *
   * @param capacity most neighbours a row keeps
   * @param halfLife time in which a weight falls by half
   */
  public static NeighbourRowEditor paced(int capacity, Duration halfLife) {
    return new NeighbourRowEditor(capacity, halfLife, new RowPace(RowPace.Limits.DEFAULT));
  }

  NeighbourRowEditor(int capacity, Duration halfLife, RowPace paceOrNull) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "A row keeps 1 to %d neighbours, not %d".formatted(MAX_CAPACITY, capacity));
    }
    if (halfLife.toMillis() <= 0) {
      throw new IllegalArgumentException("The half-life must be above 0, not " + halfLife);
    }
    this.capacity = capacity;
    this.protectedNewcomers = Math.max(1, capacity / 4);
    this.halfLifeMs = halfLife.toMillis();
    this.paceOrNull = paceOrNull;
    allocate(2 * capacity + 16);
    this.ids = new byte[(2 * capacity + 16) * 16];
  }

  /** An editor with the default capacity and half-life. */
  public NeighbourRowEditor() {
    this(DEFAULT_CAPACITY, DEFAULT_HALF_LIFE);
  }

  /**
   * The row after an update.
   *
   * @param rowOrNull the row as it was, null if there was none; left as it is
   * @param updates what the item and its neighbours gained. Negative support takes back; no count
   *     falls below 0, and a neighbour whose last support was taken back leaves the row
   * @throws IllegalArgumentException if the row is of an unknown version, an id is longer than 64
   *     bytes or a weight is not a finite number
   */
  public byte[] apply(byte[] rowOrNull, ItemUpdates updates) {
    begin(rowOrNull, updates.getKind(), updates.getTimeMs());
    addOwn(finite(updates.getOwnWeight(), updates), updates.getOwnSupport());
    for (var update : updates.getNeighbours()) {
      add(stage(update.getItemId()), finite(update.getWeight(), updates), update.getSupport());
    }
    return end(
        finite(updates.getOwnRepeatWeight(), updates),
        finite(updates.getOwnReturnWeight(), updates));
  }

  /**
   * The same for the item at which a reader stands, which goes on to its last neighbour.
   *
   * @param updates verified
   */
  public byte[] apply(byte[] rowOrNull, ItemPairsReader updates) {
    begin(rowOrNull, updates.kind(), updates.timeMs());
    addOwn(updates.ownWeight(), updates.ownSupport());
    while (updates.nextNeighbour()) {
      int idLength = stage(updates.bytes(), updates.idStart(), updates.idEnd());
      add(idLength, updates.weight(), updates.support());
    }
    return end(updates.ownRepeatWeight(), updates.ownReturnWeight());
  }

  private void begin(byte[] rowOrNull, PairKind kind, long time) {
    landmark = time;
    ownWeight = 0;
    repeatWeight = 0;
    returnWeight = 0;
    ownSupport = 0;
    // Orders cost money, and what they added is taken back to the last bit: no limit for them.
    pace = kind == PairKind.VIEWED ? paceOrNull : null;
    if (rowOrNull == null) {
      size = 0;
      idsUsed = 0;
      idsHaveGaps = false;
      outsideSupport = 0;
      if (pace != null) {
        pace.begin(time);
      }
    } else {
      NeighbourRow.of(rowOrNull); // refuses what is not a row
      double scale = 1;
      long rowLandmark = getLong(rowOrNull, NeighbourRowLayout.LANDMARK);
      long rowHalfLife = getLong(rowOrNull, NeighbourRowLayout.HALF_LIFE);
      if (time - rowLandmark <= LANDMARK_HALF_LIVES * halfLifeMs && rowHalfLife == halfLifeMs) {
        landmark = rowLandmark;
      } else {
        // Also how a changed half-life takes over: the past decays as it was written, up to now.
        landmark = Math.max(time, rowLandmark);
        scale = ForwardDecay.factor(rowLandmark, landmark, rowHalfLife);
      }
      load(rowOrNull, scale, time);
      ownWeight = scale * getDouble(rowOrNull, NeighbourRowLayout.OWN_WEIGHT);
      repeatWeight = scale * getDouble(rowOrNull, NeighbourRowLayout.REPEAT_WEIGHT);
      returnWeight = scale * getDouble(rowOrNull, NeighbourRowLayout.RETURN_WEIGHT);
      ownSupport = getLong(rowOrNull, NeighbourRowLayout.OWN_SUPPORT);
    }
    growth = ForwardDecay.factor(time, landmark, halfLifeMs);
  }

  private void addOwn(double weight, int support) {
    creditedOwnWeight = weight;
    growthOfAgain = growth;
    if (pace != null && creditedOwnWeight > 0) {
      creditedOwnWeight *= pace.creditOwn(Math.max(1, support));
    } else if (pace != null) {
      growthOfAgain *= pace.levelOwn();
    }
    ownWeight = Math.max(0, ownWeight + growth * creditedOwnWeight);
    ownSupport = Math.max(0, ownSupport + support);
  }

  private byte[] end(double gainedRepeatWeight, double gainedReturnWeight) {
    repeatWeight += growthOfAgain * gainedRepeatWeight;
    returnWeight += growthOfAgain * gainedReturnWeight;
    if (size > capacity) {
      evict(size - capacity);
    }
    while (idBytes() > MAX_BYTES_OF_IDS) {
      evict(1);
    }
    return write();
  }

  /**
   * What the item's own weight gained by the last update, as of the update's time: less than the
   * update said if it came too fast.
   */
  public double creditedOwnWeight() {
    return creditedOwnWeight;
  }

  private void load(byte[] row, double scale, long time) {
    size = NeighbourRowLayout.size(row);
    if (size > weights.length) {
      allocate(2 * size);
    }
    outsideSupport = getInt(row, NeighbourRowLayout.OUTSIDE_SUPPORT);
    var layout = NeighbourRowLayout.of(row);
    int atIdEnds = layout.idEnds();
    int start = 0;
    layout.getWeights(row, weights);
    if (scale != 1) {
      for (int k = 0; k < size; k++) {
        weights[k] *= scale;
      }
    }
    NeighbourRowLayout.getNumbers(row, layout.supports(), layout.supportBytes(), supports, size);
    NeighbourRowLayout.getNumbers(row, layout.missed(), layout.missedBytes(), missed, size);
    for (int k = 0; k < size; k++) {
      idStarts[k] = start;
      start = getUnsignedShort(row, atIdEnds + 2 * k);
      idEnds[k] = start;
    }
    System.arraycopy(row, layout.tags(), tags, 0, size);
    Arrays.fill(fresh, 0, size, false);
    idsUsed = start;
    idsHaveGaps = false;
    if (ids.length < idsUsed) {
      ids = new byte[2 * idsUsed];
    }
    System.arraycopy(row, layout.ids(), ids, 0, idsUsed);
    if (pace != null) {
      loadPace(row, layout.ids() + idsUsed, layout, time);
    }
  }

  private void loadPace(byte[] row, int offset, NeighbourRowLayout layout, long time) {
    if (row[0] == NeighbourRowLayout.VERSION) {
      pace.begin(time);
      Arrays.fill(buckets, 0, size, 0);
      return;
    }
    pace.begin(row, offset, time);
    int at = offset + NeighbourRowLayout.PACE_HEADER_BYTES;
    if (row[0] == NeighbourRowLayout.WIDE_PACED_VERSION) {
      NeighbourRowLayout.getNumbers(row, at, Integer.BYTES, buckets, size);
      return;
    }
    Arrays.fill(buckets, 0, size, 0);
    int next = at + layout.bucketBits();
    for (int first = 0; first < size; first += Byte.SIZE, at++) {
      for (int held = row[at] & 0xFF; held != 0; held &= held - 1) {
        buckets[first + Integer.numberOfTrailingZeros(held)] = getInt(row, next);
        next += Integer.BYTES;
      }
    }
  }

  /** Adds to the neighbour whose id of this length is staged. */
  private void add(int idLength, double gained, int support) {
    byte tag = (byte) ItemHash.of(ids, idsUsed, idsUsed + idLength);
    int k = find(tag, idLength);
    double weight = growth * gained;
    int bucket = 0;
    if (pace != null) {
      bucket = k >= 0 ? buckets[k] : 0;
      if (support > 0) {
        weight *= pace.credit(bucket, support);
        bucket = pace.bucket();
      }
    }
    if (k >= 0) {
      buckets[k] = bucket;
      weights[k] = Math.max(0, weights[k] + weight);
      supports[k] = saturatedSum(supports[k], support);
      fresh[k] = true;
      if (support < 0 && supports[k] == 0) {
        remove(k);
      }
    } else if (support > 0) {
      append(idLength, tag, Math.max(0, weight), support, bucket);
    }
    // A take-back of an item that is not in the row lowers nothing: the bounds hold as they are.
  }

  /**
   * Writes the id behind the ids in use, where a newcomer's id would stand, and says its length.
   */
  private int stage(String itemId) {
    if (ids.length < idsUsed + MAX_ID_BYTES) {
      ids = Arrays.copyOf(ids, 2 * ids.length + MAX_ID_BYTES);
    }
    int length = itemId.length();
    if (length <= MAX_ID_BYTES) {
      int i = 0;
      while (i < length && itemId.charAt(i) < 0x80) {
        ids[idsUsed + i] = (byte) itemId.charAt(i);
        i++;
      }
      if (i == length) {
        return length;
      }
    }
    var utf8 = itemId.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "An item id has at most %d bytes, this one has %d".formatted(MAX_ID_BYTES, utf8.length));
    }
    System.arraycopy(utf8, 0, ids, idsUsed, utf8.length);
    return utf8.length;
  }

  private int stage(byte[] bytes, int from, int to) {
    if (ids.length < idsUsed + to - from) {
      ids = Arrays.copyOf(ids, 2 * ids.length + MAX_ID_BYTES);
    }
    System.arraycopy(bytes, from, ids, idsUsed, to - from);
    return to - from;
  }

  /**
   * Compares eight tags at once: a byte of {@code differences} is 0 where the tag is the one wanted
   * (Warren, Hacker's Delight, section 6-1). What else looks so has another id.
   */
  private int find(byte tag, int idLength) {
    long wanted = (tag & 0xFF) * LOWEST_BITS;
    for (int first = 0; first < size; first += Long.BYTES) {
      long differences = (long) EIGHT_BYTES.get(tags, first) ^ wanted;
      long hits = (differences - LOWEST_BITS) & ~differences & HIGHEST_BITS;
      for (; hits != 0; hits &= hits - 1) {
        int k = first + Long.numberOfTrailingZeros(hits) / Byte.SIZE;
        if (k < size
            && Arrays.equals(ids, idStarts[k], idEnds[k], ids, idsUsed, idsUsed + idLength)) {
          return k;
        }
      }
    }
    return -1;
  }

  private void append(int idLength, byte tag, double weight, int support, int bucket) {
    if (size == weights.length) {
      allocate(2 * size);
    }
    weights[size] = weight;
    supports[size] = support;
    missed[size] = outsideSupport;
    tags[size] = tag;
    idStarts[size] = idsUsed;
    idEnds[size] = idsUsed + idLength;
    fresh[size] = weight > 0;
    buckets[size] = bucket;
    idsUsed += idLength;
    size++;
  }

  /**
   * Takes neighbours out: newcomers as far as there are more than are protected, then others, the
   * lightest of each first. All are looked for in one go, because a full row takes in several
   * newcomers an update.
   */
  private void evict(int surplus) {
    int newcomers = 0;
    for (int k = 0; k < size; k++) {
      newcomers += fresh[k] ? 1 : 0;
    }
    int unprotected = Math.max(0, newcomers - protectedNewcomers);
    int others = Math.min(surplus - Math.min(surplus, unprotected), size - newcomers);
    int lightest = lightest(true, surplus - others, 0);
    lightest = lightest(false, others, lightest);
    Arrays.sort(victims, 0, lightest);
    // The last one first: the last of the row takes the place of who leaves, and stays there.
    while (lightest > 0) {
      remove(victims[--lightest]);
    }
  }

  /** Puts the lightest behind the victims there are, and says how many there are then. */
  private int lightest(boolean ofNewcomers, int most, int first) {
    if (most == 0) {
      return first;
    }
    int end = first;
    // Of the victims, once there are as many as are wanted.
    double heaviest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < size; k++) {
      double weight = weights[k];
      if ((weight >= heaviest && end == first + most) || fresh[k] != ofNewcomers) {
        continue;
      }
      int at = end < first + most ? end++ : end - 1;
      while (at > first && weights[victims[at - 1]] > weight) {
        victims[at] = victims[at - 1];
        at--;
      }
      victims[at] = k;
      if (end == first + most) {
        heaviest = weights[victims[end - 1]];
      }
    }
    return end;
  }

  /** Takes a neighbour out: the last of the row takes its place. */
  private void remove(int k) {
    outsideSupport = Math.max(outsideSupport, saturatedSum(supports[k], missed[k]));
    size--;
    removeId(k);
    weights[k] = weights[size];
    supports[k] = supports[size];
    missed[k] = missed[size];
    tags[k] = tags[size];
    fresh[k] = fresh[size];
    buckets[k] = buckets[size];
  }

  /**
   * The id of the last takes the place of one as long, as most are, and the row can be written as
   * the ids stand; else one that leaves stays among them until then.
   */
  private void removeId(int k) {
    int length = idEnds[size] - idStarts[size];
    if (idEnds[size] == idsUsed && idEnds[k] - idStarts[k] == length) {
      System.arraycopy(ids, idStarts[size], ids, idStarts[k], length);
      idsUsed -= length;
    } else {
      idsHaveGaps = true;
      idStarts[k] = idStarts[size];
      idEnds[k] = idEnds[size];
    }
  }

  private byte[] write() {
    var layout = pace == null ? NeighbourRowLayout.wide(size) : narrow();
    int atPace = layout.ids() + idBytes();
    var row = new byte[pace == null ? atPace : atPace + paceBytes(layout)];
    row[0] = pace == null ? NeighbourRowLayout.VERSION : NeighbourRowLayout.PACED_VERSION;
    putUnsignedShort(row, NeighbourRowLayout.SIZE, size);
    putInt(row, NeighbourRowLayout.OUTSIDE_SUPPORT, outsideSupport);
    putLong(row, NeighbourRowLayout.OWN_SUPPORT, ownSupport);
    putLong(row, NeighbourRowLayout.LANDMARK, landmark);
    putLong(row, NeighbourRowLayout.HALF_LIFE, halfLifeMs);
    putDouble(row, NeighbourRowLayout.OWN_WEIGHT, ownWeight);
    putDouble(row, NeighbourRowLayout.REPEAT_WEIGHT, Math.max(0, repeatWeight));
    putDouble(row, NeighbourRowLayout.RETURN_WEIGHT, Math.max(0, returnWeight));
    layout.putWeights(row, weights);
    NeighbourRowLayout.putNumbers(row, layout.supports(), layout.supportBytes(), supports, size);
    NeighbourRowLayout.putNumbers(row, layout.missed(), layout.missedBytes(), missed, size);
    writeIds(row, layout.idEnds(), layout.ids());
    System.arraycopy(tags, 0, row, layout.tags(), size);
    if (pace != null) {
      row[NeighbourRowLayout.WIDTHS] = layout.widths();
      writePace(row, atPace, layout);
    }
    return row;
  }

  /** Columns as narrow as their numbers. */
  private NeighbourRowLayout narrow() {
    int supportBits = 0;
    int missedBits = 0;
    for (int k = 0; k < size; k++) {
      supportBits |= supports[k];
      missedBits |= missed[k];
    }
    return new NeighbourRowLayout(
        size,
        Float.BYTES,
        NeighbourRowLayout.widthOf(supportBits),
        NeighbourRowLayout.widthOf(missedBits));
  }

  /** Bytes of the pace; empties the buckets that have leaked empty on the way. */
  private int paceBytes(NeighbourRowLayout layout) {
    int held = 0;
    for (int k = 0; k < size; k++) {
      if (buckets[k] != 0 && pace.isEmpty(buckets[k])) {
        buckets[k] = 0;
      }
      held += buckets[k] == 0 ? 0 : 1;
    }
    return NeighbourRowLayout.PACE_HEADER_BYTES + layout.bucketBits() + Integer.BYTES * held;
  }

  private void writePace(byte[] row, int offset, NeighbourRowLayout layout) {
    pace.write(row, offset);
    int bits = offset + NeighbourRowLayout.PACE_HEADER_BYTES;
    int next = bits + layout.bucketBits();
    for (int k = 0; k < size; k++) {
      if (buckets[k] != 0) {
        row[bits + k / Byte.SIZE] |= (byte) (1 << k % Byte.SIZE);
        putInt(row, next, buckets[k]);
        next += Integer.BYTES;
      }
    }
  }

  private void writeIds(byte[] row, int atIdEnds, int atIds) {
    if (!idsHaveGaps) {
      System.arraycopy(ids, 0, row, atIds, idsUsed);
      for (int k = 0; k < size; k++) {
        putUnsignedShort(row, atIdEnds + 2 * k, idEnds[k]);
      }
      return;
    }
    // Few of the row have come and gone: the others stand one after another.
    int end = 0;
    for (int k = 0; k < size; ) {
      int from = idStarts[k];
      int shift = end - from;
      do {
        putUnsignedShort(row, atIdEnds + 2 * k, idEnds[k] + shift);
        k++;
      } while (k < size && idStarts[k] == idEnds[k - 1]);
      int length = idEnds[k - 1] - from;
      System.arraycopy(ids, from, row, atIds + end, length);
      end += length;
    }
  }

  private int idBytes() {
    if (!idsHaveGaps) {
      return idsUsed;
    }
    int sum = 0;
    for (int k = 0; k < size; k++) {
      sum += idEnds[k] - idStarts[k];
    }
    return sum;
  }

  private void allocate(int neighbours) {
    weights = weights == null ? new double[neighbours] : Arrays.copyOf(weights, neighbours);
    supports = supports == null ? new int[neighbours] : Arrays.copyOf(supports, neighbours);
    missed = missed == null ? new int[neighbours] : Arrays.copyOf(missed, neighbours);
    // Read eight at once, also the last one.
    tags = Arrays.copyOf(tags, neighbours + Long.BYTES);
    idStarts = idStarts == null ? new int[neighbours] : Arrays.copyOf(idStarts, neighbours);
    idEnds = idEnds == null ? new int[neighbours] : Arrays.copyOf(idEnds, neighbours);
    fresh = fresh == null ? new boolean[neighbours] : Arrays.copyOf(fresh, neighbours);
    buckets = buckets == null ? new int[neighbours] : Arrays.copyOf(buckets, neighbours);
    victims = new int[neighbours];
  }

  private static int saturatedSum(int count, int change) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0L, (long) count + change));
  }

  private static double finite(double weight, ItemUpdates updates) {
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException(
          "A weight of item %s is not a finite number: %s".formatted(updates.getItemId(), weight));
    }
    return weight;
  }
}
