package io.shopstream.streams.profile;

import io.shopstream.events.VisitItem;
import io.shopstream.events.state.ItemHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of a visit, a run of events with gaps of at most half an hour: the last
 * distinct items touched, newest last, each with the time of its last touch and whether it is in
 * the basket. It also holds what of the visitor's day limits what else may count. An immutable
 * value that holds its binary form, so that a store reads and writes it without copies:
 *
 * <pre>
 *  offset  bytes
 *       0      1  format version, 2
 *       1      8  time of the first event, ms since 1970, big-endian like the rest
 *       9      8  time of the newest event
 *      17      4  first touches so far
 *      21      1  number of items remembered, n
 *      22      8  time that the day of its visitor began, see {@link #wasCounted}
 *      30      2  touches counted in that day
 *      32      1  number of items counted earlier in that day, m
 *      33     4m  low half of the hash of the id of each, oldest first
 *  33+ 4m      …  n items, oldest first: flags (bit 0: in the basket, bit 1: touched again), time
 *                 since the first event (zig-zag variable-length, ms), if touched again the number
 *                 of touches and of those right after itself (a byte each, at most 255), length of
 *                 the id, id in UTF-8
 * </pre>
 */
public final class Visit {
  /** No visit yet. */
  public static final Visit NONE = new Visit(emptyBytes());

  /** Ids are at most this long, in bytes of UTF-8. */
  static final int MAX_ID_BYTES = 64;

  /** A visitor's day lasts this long from the first touch on. */
  static final long DAY_MS = 24 * 3_600_000L;

  /** Items counted earlier in the day that are known, at most. */
  static final int MAX_EARLIER = 64;

  private static final byte VERSION = 2;
  private static final byte VERSION_WITHOUT_DAY = 1;
  private static final int HEADER_BYTES_WITHOUT_DAY = 22;
  private static final int START = 1;
  private static final int NEWEST = 9;
  private static final int FIRST_TOUCHES = 17;
  private static final int SIZE = 21;
  private static final int DAY_START = 22;
  private static final int COUNTED = 30;
  private static final int EARLIER = 32;
  private static final int HEADER_BYTES = 33;
  private static final int IN_BASKET = 1;
  private static final int TOUCHED_AGAIN = 2;
  private static final int MAX_TOUCHES = 255;
  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] bytes;

  private Visit(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Views a visit in its binary form. The bytes are not copied and must not change any more.
   *
   * @throws IllegalArgumentException if they are not a visit of a known version
   */
  public static Visit of(byte[] bytes) {
    if (bytes.length >= HEADER_BYTES_WITHOUT_DAY && bytes[0] == VERSION_WITHOUT_DAY) {
      return withDay(bytes);
    }
    if (bytes.length < HEADER_BYTES || bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          "Not a visit of format version %d: %d bytes%s"
              .formatted(VERSION, bytes.length, bytes.length == 0 ? "" : ", version " + bytes[0]));
    }
    return new Visit(bytes);
  }

  private static Visit withDay(byte[] before) {
    var out =
        ByteBuffer.allocate(before.length + HEADER_BYTES - HEADER_BYTES_WITHOUT_DAY)
            .put(before, 0, HEADER_BYTES_WITHOUT_DAY)
            .putLong(ByteBuffer.wrap(before).getLong(START))
            .putShort((short) 0)
            .put((byte) 0)
            .put(before, HEADER_BYTES_WITHOUT_DAY, before.length - HEADER_BYTES_WITHOUT_DAY);
    return new Visit(out.put(0, VERSION).array());
  }

  /** The binary form; not a copy, must not be written to. */
  public byte[] toBytes() {
    return bytes;
  }

  /** Whether no event has been seen. */
  public boolean isEmpty() {
    return size() == 0;
  }

  /** Number of items remembered. */
  public int size() {
    return bytes[SIZE] & 0xFF;
  }

  /** Time of the first event in order of arrival, in milliseconds since 1970-01-01 UTC. */
  public long startMs() {
    return ByteBuffer.wrap(bytes).getLong(START);
  }

  /** Time of the newest event, in milliseconds since 1970-01-01 UTC. */
  public long newestMs() {
    return ByteBuffer.wrap(bytes).getLong(NEWEST);
  }

  /** How often an item was touched that was not remembered at that time. */
  public int firstTouches() {
    return ByteBuffer.wrap(bytes).getInt(FIRST_TOUCHES);
  }

  /** The items remembered, newest last. */
  public List<VisitItem> items() {
    var items = new ArrayList<VisitItem>(size());
    long start = startMs();
    for (var cursor = cursor(); cursor.next(); ) {
      items.add(
          new VisitItem(
              cursor.id(),
              start + cursor.sinceStartMs,
              cursor.inBasket,
              cursor.touches,
              cursor.repeats));
    }
    return items;
  }

  /**
   * Whether an item that the visit does not remember was counted earlier in the visitor's day: in
   * this visit or in one before, and not more than {@value #MAX_EARLIER} items ago.
   */
  boolean wasCounted(byte[] id) {
    int wanted = (int) ItemHash.of(id);
    for (int at = HEADER_BYTES; at < itemsStart(); at += Integer.BYTES) {
      if (ByteBuffer.wrap(bytes).getInt(at) == wanted) {
        return true;
      }
    }
    return false;
  }

  private long dayStartMs() {
    return ByteBuffer.wrap(bytes).getLong(DAY_START);
  }

  /** Touches of items that were counted in the visitor's day so far. */
  int countedToday() {
    return ByteBuffer.wrap(bytes).getShort(COUNTED) & 0xFFFF;
  }

  /** Items in the basket, oldest first. */
  public List<String> basket() {
    var items = new ArrayList<String>();
    for (var cursor = cursor(); cursor.next(); ) {
      if (cursor.inBasket) {
        items.add(cursor.id());
      }
    }
    return items;
  }

  /** Whether anything is in the basket. */
  boolean hasBasket() {
    for (var cursor = cursor(); cursor.next(); ) {
      if (cursor.inBasket) {
        return true;
      }
    }
    return false;
  }

  /** The item touched longest ago, if it is in the basket. */
  Optional<String> oldestInBasket() {
    var cursor = cursor();
    return cursor.next() && cursor.inBasket ? Optional.of(cursor.id()) : Optional.empty();
  }

  /** The visit without the item touched longest ago. */
  Visit withoutOldest() {
    int start = itemsStart();
    var oldest = new Cursor(start);
    int end = oldest.idEnd;
    var shorter = new byte[bytes.length - (end - start)];
    System.arraycopy(bytes, 0, shorter, 0, start);
    System.arraycopy(bytes, end, shorter, start, bytes.length - end);
    shorter[SIZE]--;
    return new Visit(shorter).withEarlier(oldest.hash());
  }

  @SuppressWarnings("ArrayRecordComponent") // lives within one method, compared never
  private record Entry(byte[] id, long timeMs, boolean inBasket, int touches, int repeats) {}

  /**
   * Two visits that turned out to be one. Their items stand in the order in which they were last
   * touched; beyond {@code memory} the oldest leave.
   */
  static Visit merged(Visit one, Visit other, int memory) {
    var entries = new HashMap<String, Entry>();
    int shared = 0;
    for (var visit : List.of(one, other)) {
      for (var cursor = visit.cursor(); cursor.next(); ) {
        var entry = cursor.entry(visit.startMs());
        var known = entries.put(cursor.id(), entry);
        if (known != null) {
          shared++;
          entries.put(cursor.id(), together(known, entry));
        }
      }
    }
    var start = Math.min(one.startMs(), other.startMs());
    var kept =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::timeMs))
            .skip(Math.max(0, entries.size() - memory))
            .toList();
    var out =
        ByteBuffer.allocate(
            HEADER_BYTES
                + Integer.BYTES * MAX_EARLIER
                + kept.size() * (4 + MAX_VARINT_BYTES + MAX_ID_BYTES));
    out.put(VERSION).putLong(start).putLong(Math.max(one.newestMs(), other.newestMs()));
    out.putInt(one.firstTouches() + other.firstTouches() - shared).put((byte) kept.size());
    var earlier = earlierOf(one, other);
    out.putLong(Math.min(one.dayStartMs(), other.dayStartMs()))
        .putShort((short) Math.min(0xFFFF, one.countedToday() + other.countedToday()))
        .put((byte) earlier.length);
    for (int hash : earlier) {
      out.putInt(hash);
    }
    for (var entry : kept) {
      boolean again = entry.touches > 1;
      out.put((byte) ((entry.inBasket ? IN_BASKET : 0) | (again ? TOUCHED_AGAIN : 0)));
      putVarint(out, entry.timeMs - start);
      if (again) {
        out.put((byte) entry.touches).put((byte) entry.repeats);
      }
      out.put((byte) entry.id.length).put(entry.id);
    }
    return new Visit(Arrays.copyOf(out.array(), out.position()));
  }

  /** What both know of the day, and all their items: some may not be remembered any more. */
  private static int[] earlierOf(Visit one, Visit other) {
    var hashes = new LinkedHashSet<Integer>();
    for (var visit : List.of(one, other)) {
      for (int at = HEADER_BYTES; at < visit.itemsStart(); at += Integer.BYTES) {
        hashes.add(ByteBuffer.wrap(visit.bytes).getInt(at));
      }
      for (var cursor = visit.cursor(); cursor.next(); ) {
        hashes.add(cursor.hash());
      }
    }
    return hashes.stream()
        .skip(Math.max(0, hashes.size() - MAX_EARLIER))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Entry together(Entry one, Entry other) {
    return new Entry(
        one.id,
        Math.max(one.timeMs, other.timeMs),
        one.timeMs > other.timeMs ? one.inBasket : other.inBasket,
        Math.min(MAX_TOUCHES, one.touches + other.touches),
        Math.min(MAX_TOUCHES, one.repeats + other.repeats));
  }

  /** Whether the item is remembered. */
  public boolean remembers(String itemId) {
    return find(itemId.getBytes(StandardCharsets.UTF_8)) >= 0;
  }

  /**
   * The visit with an item put into the basket or taken out. An item that is not remembered stays
   * unknown: touch it first.
   */
  public Visit withBasket(String itemId, boolean inBasket) {
    int at = find(itemId.getBytes(StandardCharsets.UTF_8));
    if (at < 0 || inBasket == ((bytes[at] & IN_BASKET) != 0)) {
      return this;
    }
    var changed = bytes.clone();
    changed[at] ^= IN_BASKET;
    return new Visit(changed);
  }

  /**
   * A visit that begins now, after this one; nothing is touched yet. What was counted stays known
   * for the rest of the visitor's day.
   */
  Visit next(long timeMs) {
    long dayStartMs = dayStartMs();
    boolean sameDay = !isEmpty() && timeMs >= dayStartMs && timeMs - dayStartMs < DAY_MS;
    int known = sameDay ? bytes[EARLIER] & 0xFF : 0;
    int items = sameDay ? size() : 0;
    int dropped = Math.max(0, known + items - MAX_EARLIER);
    int kept = Math.max(0, known - dropped);
    var out =
        ByteBuffer.allocate(HEADER_BYTES + Integer.BYTES * (known + items - dropped))
            .put(VERSION)
            .putLong(timeMs)
            .putLong(timeMs)
            .putInt(0)
            .put((byte) 0)
            .putLong(sameDay ? dayStartMs : timeMs)
            .putShort((short) (sameDay ? countedToday() : 0))
            .put((byte) (known + items - dropped))
            .put(bytes, itemsStart() - Integer.BYTES * kept, Integer.BYTES * kept);
    int skipped = Math.max(0, dropped - known);
    for (var cursor = cursor(); items > 0 && cursor.next(); ) {
      if (skipped > 0) {
        skipped--;
      } else {
        out.putInt(cursor.hash());
      }
    }
    return new Visit(out.array());
  }

  /** The visit after an item was counted that it does not remember. */
  Visit counted(byte[] id) {
    return withEarlier((int) ItemHash.of(id)).withCounted();
  }

  private Visit withCounted() {
    var changed = bytes.clone();
    ByteBuffer.wrap(changed).putShort(COUNTED, (short) Math.min(0xFFFF, countedToday() + 1));
    return new Visit(changed);
  }

  private Visit withEarlier(int hash) {
    int known = bytes[EARLIER] & 0xFF;
    int from = known == MAX_EARLIER ? HEADER_BYTES + Integer.BYTES : HEADER_BYTES;
    var out = ByteBuffer.allocate(bytes.length + HEADER_BYTES + Integer.BYTES - from);
    out.put(bytes, 0, HEADER_BYTES).put(bytes, from, itemsStart() - from).putInt(hash);
    out.put(bytes, itemsStart(), bytes.length - itemsStart());
    out.put(EARLIER, (byte) Math.min(MAX_EARLIER, known + 1));
    return new Visit(out.array());
  }

  /**
   * The visit after a touch.
   *
   * @param rememberedAt offset of the item as {@link #find} told, negative if it is not remembered
   * @param counts whether the touch counted for the item; without an effect if it is remembered
   * @param memory most items to remember; the oldest goes when there are more
   */
  Visit touched(byte[] id, int rememberedAt, boolean counts, long timeMs, int memory) {
    boolean first = rememberedAt < 0;
    if (first && size() >= memory) {
      var oldest = new Cursor(itemsStart());
      return withEarlier(oldest.hash()).touchedAt(id, rememberedAt, counts, timeMs, memory);
    }
    return touchedAt(id, rememberedAt, counts, timeMs, memory);
  }

  private Visit touchedAt(byte[] id, int rememberedAt, boolean counts, long timeMs, int memory) {
    boolean first = rememberedAt < 0;
    int size = size();
    int from = itemsStart();
    var out = ByteBuffer.allocate(bytes.length + 4 + MAX_VARINT_BYTES + id.length);
    out.put(bytes, 0, from);
    int flags = 0;
    int touches = 1;
    int repeats = 0;
    if (!first) {
      var before = new Cursor(rememberedAt);
      flags = bytes[rememberedAt] | TOUCHED_AGAIN;
      touches = Math.min(MAX_TOUCHES, before.touches + 1);
      repeats = Math.min(MAX_TOUCHES, before.repeats + (isNewest(rememberedAt) ? 1 : 0));
      out.put(bytes, from, rememberedAt - from);
      from = before.idEnd;
    } else if (size >= memory) {
      from = new Cursor(from).idEnd;
    } else {
      size++;
    }
    out.put(bytes, from, bytes.length - from);
    out.put((byte) flags);
    putVarint(out, timeMs - startMs());
    if ((flags & TOUCHED_AGAIN) != 0) {
      out.put((byte) touches).put((byte) repeats);
    }
    out.put((byte) id.length).put(id);
    out.putLong(NEWEST, Math.max(newestMs(), timeMs));
    out.putInt(FIRST_TOUCHES, firstTouches() + (first ? 1 : 0));
    out.put(SIZE, (byte) size);
    if (first && counts) {
      out.putShort(COUNTED, (short) Math.min(0xFFFF, countedToday() + 1));
    }
    return new Visit(Arrays.copyOf(out.array(), out.position()));
  }

  /** The visit going on without a touch. */
  Visit continued(long timeMs) {
    var changed = bytes.clone();
    ByteBuffer.wrap(changed).putLong(NEWEST, Math.max(newestMs(), timeMs));
    return new Visit(changed);
  }

  /** Whether the entry at this offset is that of the item touched last. */
  boolean isNewest(int entryStart) {
    return new Cursor(entryStart).idEnd == bytes.length;
  }

  /** Offset of an item's entry, -1 if it is not remembered. */
  int find(byte[] id) {
    for (var cursor = cursor(); cursor.next(); ) {
      if (Arrays.equals(bytes, cursor.idStart, cursor.idEnd, id, 0, id.length)) {
        return cursor.entryStart;
      }
    }
    return -1;
  }

  /** How often the item at this offset was touched. */
  int touchesAt(int entryStart) {
    return new Cursor(entryStart).touches;
  }

  private int itemsStart() {
    return HEADER_BYTES + Integer.BYTES * (bytes[EARLIER] & 0xFF);
  }

  Cursor cursor() {
    return new Cursor();
  }

  private static void putVarint(ByteBuffer out, long value) {
    long zigZag = (value << 1) ^ (value >> 63);
    while ((zigZag & ~0x7FL) != 0) {
      out.put((byte) (zigZag | 0x80));
      zigZag >>>= 7;
    }
    out.put((byte) zigZag);
  }

  private static byte[] emptyBytes() {
    var empty = new byte[HEADER_BYTES];
    empty[0] = VERSION;
    return empty;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Visit visit && Arrays.equals(bytes, visit.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Says how much is remembered, not what. */
  @Override
  public String toString() {
    return "Visit[items=%d, firstTouches=%d]".formatted(size(), firstTouches());
  }

  /** Walks the items, oldest first. */
  final class Cursor {
    private int left;
    private int entryStart;
    private int idStart;
    private int idEnd;
    private boolean inBasket;
    private long sinceStartMs;
    private int touches;
    private int repeats;

    private Cursor() {
      left = size();
      idEnd = itemsStart();
    }

    /** Stands on one entry. */
    private Cursor(int entryStart) {
      read(entryStart);
    }

    boolean next() {
      if (left == 0) {
        return false;
      }
      left--;
      read(idEnd);
      return true;
    }

    private void read(int start) {
      entryStart = start;
      int flags = bytes[start];
      inBasket = (flags & IN_BASKET) != 0;
      int at = start + 1;
      long zigZag = 0;
      int shift = 0;
      byte b;
      do {
        b = bytes[at++];
        zigZag |= (long) (b & 0x7F) << shift;
        shift += 7;
      } while (b < 0);
      sinceStartMs = (zigZag >>> 1) ^ -(zigZag & 1);
      boolean again = (flags & TOUCHED_AGAIN) != 0;
      touches = again ? bytes[at++] & 0xFF : 1;
      repeats = again ? bytes[at++] & 0xFF : 0;
      idStart = at + 1;
      idEnd = idStart + bytes[at];
    }

    int hash() {
      return (int) ItemHash.of(bytes, idStart, idEnd);
    }

    private Entry entry(long startMs) {
      var id = Arrays.copyOfRange(bytes, idStart, idEnd);
      return new Entry(id, startMs + sinceStartMs, inBasket, touches, repeats);
    }

    /** The array that holds the id in UTF-8. */
    byte[] bytes() {
      return bytes;
    }

    int idStart() {
      return idStart;
    }

    int idEnd() {
      return idEnd;
    }

    String id() {
      return new String(bytes, idStart, idEnd - idStart, StandardCharsets.UTF_8);
    }
  }
}
