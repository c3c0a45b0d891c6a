package io.shopstream.streams.cooccurrence;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.PairKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an {@link ItemPairs} in Avro binary where it stands, without an object for any of the
 * thousands of pairs that one holds: stands on one item after another, and on one of its neighbours
 * after another. Used by one thread, for one message after another.
 *
 * <p>What is written otherwise than the schema says is found by {@link #verify}, before any of it
 * is taken over.
 */
public final class ItemPairsReader {

  /** Avro writes a symbol as its place in the schema. */
  private static final List<PairKind> KINDS =
      PairKind.getClassSchema().getEnumSymbols().stream().map(PairKind::valueOf).toList();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MOST_VARINT_BYTES = 10;

  /** The end of the year 9999. */
  private static final long LATEST_MS = 253_402_300_799_999L;

  /** Far more than all clicks there will be, and far from the limits of the floats of a row. */
  private static final double HEAVIEST = 1e24;

  private byte[] bytes = {};
  private int at;
  // Elements left in the block of the array, of items and of neighbours. In Avro an array is
  // blocks, each with the number of its elements before it, and 0 at the end.
  private long groupsLeft;
  private long neighboursLeft;
  private boolean isInGroup;
  private boolean isAtEnd;

  private int itemStart;
  private int itemEnd;
  private PairKind kind = PairKind.UNKNOWN;
  private long timeMs;
  private double ownWeight;
  private int ownSupport;
  private double ownRepeatWeight;
  private double ownReturnWeight;
  private int idStart;
  private int idEnd;
  private double weight;
  private int support;

  /** Begins a message that was verified; {@link #nextGroup} goes to its first item. */
  public ItemPairsReader read(byte[] message) {
    bytes = message;
    at = 0;
    groupsLeft = 0;
    isInGroup = false;
    isAtEnd = false;
    return this;
  }

  /**
   * Looks at all of a message.
   *
   * @throws IllegalArgumentException when it is none, or has an id that is empty, too long or no
   *     UTF-8, a time before 1970 or after 9999, or a weight that no row can hold; says which
   */
  void verify(byte[] message) {
    try {
      read(message);
      while (nextGroup()) {
        verifyId(itemStart, itemEnd);
        verifyTime();
        verifyWeight(ownWeight);
        while (nextNeighbour()) {
          verifyId(idStart, idEnd);
          verifyWeight(weight);
        }
        verifyWeight(ownRepeatWeight);
        verifyWeight(ownReturnWeight);
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the bytes end too early", e);
    }
    if (at != message.length) {
      throw new IllegalArgumentException(
          "%,d bytes follow the record".formatted(message.length - at));
    }
  }

  /** Looks at all of a message with a reader of its own; see {@link #verify}. */
  public static void requireReadable(byte[] message) {
    new ItemPairsReader().verify(message);
  }

  private void verifyId(int start, int end) {
    if (end == start || end - start > NeighbourRowEditor.MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "item_id: has 1 to %d bytes, this one has %d"
              .formatted(NeighbourRowEditor.MAX_ID_BYTES, end - start));
    }
    for (int i = start; i < end; i++) {
      if (bytes[i] < 0) {
        var id = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        if (!Arrays.equals(
            id.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, start, end))) {
          throw new IllegalArgumentException("item_id: is no UTF-8");
        }
        return;
      }
    }
  }

  private void verifyTime() {
    if (timeMs < 0 || timeMs > LATEST_MS) {
      throw new IllegalArgumentException(
          "time_ms: %d of item %s is not between 1970 and 9999".formatted(timeMs, itemId()));
    }
  }

  private void verifyWeight(double weight) {
    // Written so that what is no number is refused, too.
    if (!(Math.abs(weight) <= HEAVIEST)) {
      throw new IllegalArgumentException(
          "A weight of item %s is out of bounds: %s".formatted(itemId(), weight));
    }
  }

  /** Goes to the next item, past the neighbours of the one before that were not looked at. */
  public boolean nextGroup() {
    while (isInGroup && nextNeighbour()) {
      // Nobody wanted it.
    }
    if (groupsLeft == 0 && !isAtEnd) {
      groupsLeft = readBlock();
      isAtEnd = groupsLeft == 0;
    }
    if (isAtEnd) {
      return false;
    }
    groupsLeft--;
    readId();
    itemStart = idStart;
    itemEnd = idEnd;
    kind = readKind();
    timeMs = readLong();
    ownWeight = readDouble();
    ownSupport = readInt();
    neighboursLeft = readBlock();
    isInGroup = true;
    if (neighboursLeft == 0) {
      endGroup();
    }
    return true;
  }

  /** Goes to the next neighbour of the item. */
  public boolean nextNeighbour() {
    if (!isInGroup) {
      return false;
    }
    if (neighboursLeft == 0) {
      neighboursLeft = readBlock();
      if (neighboursLeft == 0) {
        endGroup();
        return false;
      }
    }
    neighboursLeft--;
    readId();
    weight = readDouble();
    support = readInt();
    return true;
  }

  private void endGroup() {
    ownRepeatWeight = readDouble();
    ownReturnWeight = readDouble();
    isInGroup = false;
  }

  /** The array that ids stand in. */
  byte[] bytes() {
    return bytes;
  }

  /** Id of the item, in UTF-8. */
  byte[] itemKey() {
    return Arrays.copyOfRange(bytes, itemStart, itemEnd);
  }

  String itemId() {
    return new String(bytes, itemStart, itemEnd - itemStart, StandardCharsets.UTF_8);
  }

  PairKind kind() {
    return kind;
  }

  long timeMs() {
    return timeMs;
  }

  double ownWeight() {
    return ownWeight;
  }

  int ownSupport() {
    return ownSupport;
  }

  /** Known when all neighbours were looked at. */
  double ownRepeatWeight() {
    return ownRepeatWeight;
  }

  /** Known when all neighbours were looked at. */
  double ownReturnWeight() {
    return ownReturnWeight;
  }

  /** Where the id of the neighbour begins. */
  int idStart() {
    return idStart;
  }

  /** One past the last byte of the id of the neighbour. */
  int idEnd() {
    return idEnd;
  }

  /** What the neighbour gained, as of the item's time. */
  public double weight() {
    return weight;
  }

  int support() {
    return support;
  }

  private long readBlock() {
    long count = readLong();
    if (count < 0) {
      // The number of its bytes follows, for who wants to skip it.
      readLong();
      count = -count;
    }
    if (count < 0 || count > bytes.length) {
      throw new IllegalArgumentException("an array of %,d elements".formatted(count));
    }
    return count;
  }

  private PairKind readKind() {
    int symbol = readInt();
    if (symbol < 0 || symbol >= KINDS.size()) {
      throw new IllegalArgumentException("kind: has no symbol of number " + symbol);
    }
    return KINDS.get(symbol);
  }

  private void readId() {
    long length = readLong();
    if (length < 0 || length > bytes.length - at) {
      throw new IllegalArgumentException(
          "item_id: has %,d bytes, and %,d are left".formatted(length, bytes.length - at));
    }
    idStart = at;
    at += (int) length;
    idEnd = at;
  }

  private int readInt() {
    long number = readLong();
    if (number != (int) number) {
      throw new IllegalArgumentException("%,d where a number of 32 bits belongs".formatted(number));
    }
    return (int) number;
  }

  /** Seven bits a byte, the lowest first; the lowest bit of all is the sign. */
  private long readLong() {
    long number = 0;
    for (int i = 0; i < MOST_VARINT_BYTES; i++) {
      byte next = bytes[at++];
      number |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (number >>> 1) ^ -(number & 1);
      }
    }
    throw new IllegalArgumentException("a number has more than 64 bits");
  }

  private double readDouble() {
    double number = Double.longBitsToDouble((long) LONGS.get(bytes, at));
    at += Long.BYTES;
    return number;
  }
}
