package io.shopstream.streams.store;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rows one after another in pages that are used again and again: one thread writes, any number read
 * without waiting.
 *
 * <p>A row is never changed where it stands. The writer adds what it becomes to the page that is
 * open, and forgets what it was. When too much of all pages is forgotten rows, see {@link #clean},
 * what is left of the page with the fewest moves to another that is open for such rows, because a
 * row that lived so long is likely to stay, and the page is free for others (M. Rosenblum and J. K.
 * Ousterhout, The Design and Implementation of a Log-Structured File System, 1992, section 3).
 *
 * <p>A place names its page by what the page is used for as well, a number that changes when it is
 * freed. So a reader copies first and asks then whether the page is still the one that was meant.
 *
 * <pre>
 *  hash of the key (4 bytes), length of the key (2), of the value (4; -1: known not to exist), key, value
 * </pre>
 */
final class RowLog {

  /** The value of a row that is known not to exist. */
  static final byte[] ABSENT = new byte[0];

  /** What stood at a place is somewhere else by now, or forgotten. */
  static final byte[] MOVED = new byte[0];

  /** The row at a place has another key. */
  static final byte[] OTHER_KEY = new byte[0];

  /** Bytes of a row beside its key and value. */
  private static final int HEADER_BYTES = 10;

  private static final int KEY_LENGTH_AT = 4;
  private static final int VALUE_LENGTH_AT = 6;
  private static final int ABSENT_LENGTH = -1;
  private static final int MOST_KEY_BYTES = 0xFFFF;

  private static final int PAGE_BYTES = 1 << 15;

  /** A longer row gets a page of its own, so that no page ends with much room that nobody takes. */
  private static final int LONGEST_SHARING_BYTES = PAGE_BYTES / 4;

  /** Free pages that are kept: a few, so that none is made and given up in turns. */
  private static final int MOST_SPARE_PAGES = 4;

  // A place: use of the page, number of the page, where in the page.
  private static final int OFFSET_BITS = 16;
  private static final int PAGE_BITS = 16;
  private static final int MOST_PAGES = 1 << PAGE_BITS;
  private static final int FREE = 0;

  /** A page that cannot be the one with the fewest rows: it is free, or has one row alone. */
  private static final int NO_CHOICE = Integer.MAX_VALUE;

  private static final class Page {
    final int number;
    final byte[] bytes;
    // What places that name the page must say, or FREE.
    volatile int use;
    // Where the next row goes; owned by the writer.
    int end;

    Page(int number, int length) {
      this.number = number;
      bytes = new byte[length];
    }

    boolean isShared() {
      return bytes.length == PAGE_BYTES;
    }
  }

  /** A row as it was copied. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Row(byte[] key, byte[] value) {

    /** In place of a row whose key is none of those that are wanted. */
    static final Row UNWANTED = new Row(ABSENT, ABSENT);

    boolean isWanted() {
      return key != ABSENT;
    }
  }

  /** Says which keys are wanted, where they stand in a page. */
  interface Keys {
    /** All keys there are. */
    Keys ALL = (page, from, to) -> true;

    /** Whether the key that stands there is wanted. */
    boolean include(byte[] page, int from, int to);
  }

  /** Finds what names a row, and names it anew. */
  interface Mover {
    /**
     * A row of a page that is to be freed.
     *
     * @param hash of its key
     * @param place where it stands
     * @return whether anything names it: then {@link #moved} follows
     */
    boolean isNamed(int hash, long place);

    /** The row that was asked for last stands somewhere else. */
    void moved(long place);
  }

  private volatile Page[] pages = new Page[8];
  // Owned by the writing thread. Bytes of the rows of each page that are named, or NO_CHOICE; not
  // in the pages themselves, because whoever looks for the fewest reads them all.
  private int[] named = new int[8];
  private final ArrayDeque<Page> spares = new ArrayDeque<>();
  private final ArrayDeque<Integer> unusedNumbers = new ArrayDeque<>();
  private int numbers;
  private int lastUse;
  private Page openForNew;
  private Page openForMoved;
  private long pagesBytes;
  private long rowsBytes;

  private static int offset(long place) {
    return (int) place & (1 << OFFSET_BITS) - 1;
  }

  private static int number(long place) {
    return (int) (place >>> OFFSET_BITS) & MOST_PAGES - 1;
  }

  private static int use(long place) {
    return (int) (place >>> (OFFSET_BITS + PAGE_BITS));
  }

  private static long place(Page page, int offset) {
    return (long) page.use << (OFFSET_BITS + PAGE_BITS)
        | (long) page.number << OFFSET_BITS
        | offset;
  }

  // ---------------------------------------------------------------- reading, by any thread

  /** A copy of the value at a place, {@link #ABSENT}, {@link #OTHER_KEY} or {@link #MOVED}. */
  byte[] valueIfOf(long place, byte[] key) {
    var page = pages[number(place)];
    if (page == null || page.use != use(place)) {
      return MOVED;
    }
    var at = offset(place);
    var value = hasKey(page.bytes, at, key) ? valueAt(page.bytes, at) : OTHER_KEY;
    return isStill(page, place) ? value : MOVED;
  }

  /**
   * A copy of the row at a place, or {@link Row#UNWANTED}; empty when it is somewhere else by now,
   * or forgotten.
   */
  Optional<Row> row(long place, Keys wanted) {
    var page = pages[number(place)];
    if (page == null || page.use != use(place)) {
      return Optional.empty();
    }
    var at = offset(place);
    var row =
        wanted.include(page.bytes, at + HEADER_BYTES, endOfKey(page.bytes, at))
            ? new Row(keyAt(page.bytes, at), valueAt(page.bytes, at))
            : Row.UNWANTED;
    return isStill(page, place) ? Optional.of(row) : Optional.empty();
  }

  /** Whether what was read from a page before was what a place names. */
  private static boolean isStill(Page page, long place) {
    VarHandle.loadLoadFence();
    return page.use == use(place);
  }

  // Lengths may be those of another row by now: what is read stays within the page.

  private static boolean hasKey(byte[] bytes, int at, byte[] key) {
    var from = at + HEADER_BYTES;
    return shortAt(bytes, at + KEY_LENGTH_AT) == key.length
        && from + key.length <= bytes.length
        && Arrays.equals(bytes, from, from + key.length, key, 0, key.length);
  }

  private static int endOfKey(byte[] bytes, int at) {
    return Math.min(bytes.length, at + HEADER_BYTES + shortAt(bytes, at + KEY_LENGTH_AT));
  }

  private static byte[] keyAt(byte[] bytes, int at) {
    return Arrays.copyOfRange(bytes, at + HEADER_BYTES, endOfKey(bytes, at));
  }

  private static byte[] valueAt(byte[] bytes, int at) {
    var length = intAt(bytes, at + VALUE_LENGTH_AT);
    if (length < 0) {
      return ABSENT;
    }
    var from = endOfKey(bytes, at);
    return Arrays.copyOfRange(bytes, from, from + Math.min(length, bytes.length - from));
  }

  private static int shortAt(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
  }

  private static int intAt(byte[] bytes, int at) {
    return shortAt(bytes, at) << 16 | shortAt(bytes, at + 2);
  }

  private static void putShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  private static void putInt(byte[] bytes, int at, int value) {
    putShort(bytes, at, value >> 16);
    putShort(bytes, at + 2, value);
  }

  // ---------------------------------------------------------------- writing, by one thread

  /**
   * Adds a row.
   *
   * @param hash of the key, for {@link Mover#isNamed}
   * @param value or {@link #ABSENT}
   * @return its place, above 0
   */
  long add(int hash, byte[] key, byte[] value) {
    if (key.length > MOST_KEY_BYTES) {
      throw new IllegalArgumentException(
          "A key has %,d bytes, more than %,d".formatted(key.length, MOST_KEY_BYTES));
    }
    var length = HEADER_BYTES + key.length + value.length;
    var page = pageForNew(length);
    var at = take(page, length);
    putInt(page.bytes, at, hash);
    putShort(page.bytes, at + KEY_LENGTH_AT, key.length);
    System.arraycopy(key, 0, page.bytes, at + HEADER_BYTES, key.length);
    putValue(page.bytes, at, key.length, value);
    return place(page, at);
  }

  /** Adds a row with the key of another, which is still to be forgotten; tells its place. */
  long addAfter(long place, byte[] value) {
    var before = pageOf(place).bytes;
    var keyLength = keyLength(place);
    var length = HEADER_BYTES + keyLength + value.length;
    var page = pageForNew(length);
    var at = take(page, length);
    System.arraycopy(before, offset(place), page.bytes, at, HEADER_BYTES + keyLength);
    putValue(page.bytes, at, keyLength, value);
    return place(page, at);
  }

  private static void putValue(byte[] bytes, int at, int keyLength, byte[] value) {
    putInt(bytes, at + VALUE_LENGTH_AT, value == ABSENT ? ABSENT_LENGTH : value.length);
    System.arraycopy(value, 0, bytes, at + HEADER_BYTES + keyLength, value.length);
  }

  private Page pageForNew(int length) {
    if (length > LONGEST_SHARING_BYTES) {
      return open(length);
    }
    if (hasNoRoom(openForNew, length)) {
      openForNew = open(PAGE_BYTES);
    }
    return openForNew;
  }

  private Page pageForMoved(int length) {
    if (hasNoRoom(openForMoved, length)) {
      openForMoved = open(PAGE_BYTES);
    }
    return openForMoved;
  }

  private static boolean hasNoRoom(Page open, int length) {
    return open == null || open.end + length > PAGE_BYTES;
  }

  private int take(Page page, int length) {
    var at = page.end;
    page.end += length;
    if (page.isShared()) {
      named[page.number] += length;
    }
    rowsBytes += length;
    return at;
  }

  private Page open(int length) {
    var page = length == PAGE_BYTES ? spares.poll() : null;
    if (page == null) {
      page = new Page(unusedNumber(), length);
      pages[page.number] = page;
    }
    lastUse = lastUse == Integer.MAX_VALUE ? FREE + 1 : lastUse + 1;
    page.end = 0;
    page.use = lastUse;
    named[page.number] = page.isShared() ? 0 : NO_CHOICE;
    pagesBytes += page.bytes.length;
    return page;
  }

  private int unusedNumber() {
    if (!unusedNumbers.isEmpty()) {
      return unusedNumbers.pop();
    }
    if (numbers == MOST_PAGES) {
      throw new IllegalStateException(
          "Rows take more than %,d pages of %,d bytes".formatted(MOST_PAGES, PAGE_BYTES));
    }
    if (numbers == pages.length) {
      pages = Arrays.copyOf(pages, 2 * pages.length);
      named = Arrays.copyOf(named, pages.length);
    }
    return numbers++;
  }

  /** Says that nothing names the row at a place any more: who reads there looks for it again. */
  void forget(long place) {
    var page = pageOf(place);
    var length = length(place);
    rowsBytes -= length;
    if (!page.isShared()) {
      free(page);
      return;
    }
    named[page.number] -= length;
    if (named[page.number] == 0 && page != openForNew && page != openForMoved) {
      free(page);
    }
  }

  private void free(Page page) {
    page.use = FREE;
    // Who finds other rows in the page finds that it was freed.
    VarHandle.storeStoreFence();
    pagesBytes -= page.bytes.length;
    named[page.number] = NO_CHOICE;
    if (page.isShared() && spares.size() < MOST_SPARE_PAGES) {
      spares.push(page);
    } else {
      pages[page.number] = null;
      unusedNumbers.push(page.number);
    }
  }

  /**
   * Bounds what forgotten rows take: moves rows until the pages have no more than half as many
   * bytes again as the rows that are named, and {@value #MOST_SPARE_PAGES} pages. Where there is
   * room, twice as many again: the more of a page is forgotten, the less there is to move.
   *
   * @param room bytes that all pages may take
   */
  void clean(Mover mover, long room) {
    while (pagesBytes > bound(room)) {
      moveRowsOf(pageWithFewest(), mover);
    }
  }

  private long bound(long room) {
    return Math.max(rowsBytes + rowsBytes / 2, Math.min(room, 3 * rowsBytes))
        + MOST_SPARE_PAGES * PAGE_BYTES;
  }

  private Page pageWithFewest() {
    var fewest = NO_CHOICE;
    var number = 0;
    for (var i = 0; i < numbers; i++) {
      if (named[i] < fewest && pages[i] != openForNew && pages[i] != openForMoved) {
        fewest = named[i];
        number = i;
      }
    }
    return pages[number];
  }

  private void moveRowsOf(Page page, Mover mover) {
    var end = page.end;
    for (var at = 0; at < end; ) {
      var place = place(page, at);
      var length = length(place);
      if (mover.isNamed(intAt(page.bytes, at), place)) {
        var to = pageForMoved(length);
        var next = take(to, length);
        System.arraycopy(page.bytes, at, to.bytes, next, length);
        mover.moved(place(to, next));
        rowsBytes -= length;
      }
      at += length;
    }
    free(page);
  }

  private Page pageOf(long place) {
    return pages[number(place)];
  }

  /** Bytes of the row at a place. */
  int length(long place) {
    return HEADER_BYTES + keyLength(place) + valueLength(place);
  }

  /** Whether the row at a place has a key. */
  boolean isOf(long place, byte[] key) {
    return hasKey(pageOf(place).bytes, offset(place), key);
  }

  private int keyLength(long place) {
    return shortAt(pageOf(place).bytes, offset(place) + KEY_LENGTH_AT);
  }

  /** Bytes of the value at a place; 0 of one that is known not to exist. */
  private int valueLength(long place) {
    return Math.max(0, intAt(pageOf(place).bytes, offset(place) + VALUE_LENGTH_AT));
  }

  /** Whether the row at a place is known not to exist. */
  boolean isAbsent(long place) {
    return intAt(pageOf(place).bytes, offset(place) + VALUE_LENGTH_AT) == ABSENT_LENGTH;
  }

  /** A copy of the key at a place. */
  byte[] key(long place) {
    return keyAt(pageOf(place).bytes, offset(place));
  }

  /** A copy of the value at a place, or {@link #ABSENT}. */
  byte[] value(long place) {
    return valueAt(pageOf(place).bytes, offset(place));
  }

  /** Bytes of all pages that hold rows, for {@link #clean}'s bound. */
  long pagesBytes() {
    return pagesBytes;
  }

  /** Bytes of all rows that are named. */
  long rowsBytes() {
    return rowsBytes;
  }
}
