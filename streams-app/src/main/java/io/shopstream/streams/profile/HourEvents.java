package io.shopstream.streams.profile;

import io.shopstream.streams.profile.row.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The clicks of a shopper's hour under way, by the fingerprints of {@link SeenEvents}. They stand
 * in the row of the profile, which is read and written with each click anyway, so that most clicks
 * need no row of {@link SeenEvents}. An immutable value, and a view of the row it was read from.
 *
 * <p>What holds between two events, by hours of event time:
 *
 * <ul>
 *   <li>Each click counted in the hour of the list is in the list; the store's row of that hour, if
 *       there is one, knows none that the list does not. So the list may be written over that row.
 *   <li>Each click counted in any other hour is in the store's row of that hour.
 *   <li>No click counted is of an hour after {@link #newestHour}, and no row of the store is. So
 *       nothing need be looked for there.
 * </ul>
 *
 * <p>{@link #UNKNOWN} says nothing of the newest hour: no click was counted yet, or none by this
 * version. Where a profile takes the place of a marker there may be rows of any hour.
 *
 * <pre>
 *  newest hour + 1 (variable length); 0 for unknown, and then nothing else
 *  number of fingerprints (1 byte); 0 for no list, and then nothing else
 *  hours from the list's hour to the newest (variable length)
 *  fingerprints, in the order in which they came (8 bytes each)
 * </pre>
 */
final class HourEvents {

  /** Most fingerprints of a list in a row; with one more all of them go to the store. */
  static final int MAX_EVENTS = 64;

  private static final int MAX_VARINT_BYTES = 10;
  private static final byte[] NOTHING = new byte[0];

  /** Nothing is known of what the store holds. */
  static final HourEvents UNKNOWN = new HourEvents(-1, -1, NOTHING, 0, 0);

  private final long newestHour;
  private final long hour;
  private final byte[] bytes;
  private final int from;
  private final int size;

  private HourEvents(long newestHour, long hour, byte[] bytes, int from, int size) {
    this.newestHour = newestHour;
    this.hour = hour;
    this.bytes = bytes;
    this.from = from;
    this.size = size;
  }

  /**
   * Without a list: whatever was counted is in the store.
   *
   * @param newestHour hour after which nothing was counted, in hours since 1970, 0 or more
   */
  static HourEvents inStore(long newestHour) {
    return new HourEvents(newestHour, -1, NOTHING, 0, 0);
  }

  /** A list that begins with an event; a list that there was must have gone to the store before. */
  HourEvents begun(long eventHour, long fingerprint) {
    var first = ByteBuffer.allocate(Long.BYTES).putLong(fingerprint).array();
    return new HourEvents(Math.max(newestHour, eventHour), eventHour, first, 0, 1);
  }

  /** The list with one more event of its hour; it may be too long for a row then. */
  HourEvents with(long fingerprint) {
    var longer = Arrays.copyOfRange(bytes, from, from + (size + 1) * Long.BYTES);
    ByteBuffer.wrap(longer).putLong(size * Long.BYTES, fingerprint);
    return new HourEvents(newestHour, hour, longer, 0, size + 1);
  }

  /** What is left when the list has gone to the store. */
  HourEvents stored() {
    return hasList() ? inStore(newestHour) : this;
  }

  /** Whether there is a list. */
  boolean hasList() {
    return size > 0;
  }

  /** Events in the list; 0 when there is none. */
  int size() {
    return size;
  }

  /** Hour of the list, in hours since 1970-01-01 UTC; before any when there is none. */
  long hour() {
    return hour;
  }

  /** Hour after which nothing was counted, in hours since 1970; empty when it is not known. */
  OptionalLong newestHour() {
    return newestHour < 0 ? OptionalLong.empty() : OptionalLong.of(newestHour);
  }

  /** Whether the list has an event. */
  boolean contains(long fingerprint) {
    var row = ByteBuffer.wrap(bytes);
    for (int at = from; at < from + size * Long.BYTES; at += Long.BYTES) {
      if (row.getLong(at) == fingerprint) {
        return true;
      }
    }
    return false;
  }

  /** The list as a row of the store. */
  byte[] toSeenEvents(long arrivalMs) {
    return SeenEvents.row(bytes, from, size, arrivalMs);
  }

  /** Bytes that {@link #write} takes at most. */
  int bytes() {
    return 1 + 2 * MAX_VARINT_BYTES + size * Long.BYTES;
  }

  void write(ByteBuffer out) {
    Varint.put(out, newestHour + 1);
    if (newestHour >= 0) {
      out.put((byte) size);
      if (hasList()) {
        Varint.put(out, newestHour - hour);
        out.put(bytes, from, size * Long.BYTES);
      }
    }
  }

  /** Reads what {@link #write} wrote from an array, which must not change any more. */
  static HourEvents read(ByteBuffer in) {
    long newestHour = Varint.get(in) - 1;
    if (newestHour < 0) {
      return UNKNOWN;
    }
    int size = in.get();
    if (size == 0) {
      return inStore(newestHour);
    }
    long hour = newestHour - Varint.get(in);
    int from = in.arrayOffset() + in.position();
    in.position(in.position() + size * Long.BYTES);
    return new HourEvents(newestHour, hour, in.array(), from, size);
  }
}
