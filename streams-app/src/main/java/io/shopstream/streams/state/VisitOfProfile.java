package io.shopstream.streams.state;

import io.shopstream.events.UserProfile;
import java.util.Arrays;

/**
 * Finds the items of the visit in a {@link UserProfile} in Avro binary, without reading the rest of
 * it: they follow on the id and seven numbers.
 */
final class VisitOfProfile {

  private static final int NUMBERS_BEFORE = 7;
  private static final int LONGEST_LONG_BYTES = 10;

  private final byte[] profile;
  private int at;

  private VisitOfProfile(byte[] profile) {
    this.profile = profile;
  }

  /** Takes an item of a visit. */
  @FunctionalInterface
  interface Items {
    /**
     * The next item, newest last.
     *
     * @param id of the item in UTF-8
     */
    void item(byte[] id, boolean inBasket);
  }

  /**
   * Hands on the items of the visit.
   *
   * @throws IllegalArgumentException when the bytes are no profile
   */
  static void read(byte[] profile, Items items) {
    try {
      new VisitOfProfile(profile).read(items);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("A profile that ends too early", e);
    }
  }

  private void read(Items items) {
    at = Math.toIntExact(readLong()) + at; // the id
    for (var i = 0; i < NUMBERS_BEFORE; i++) {
      readLong();
    }
    for (var count = readLong(); count != 0; count = readLong()) {
      if (count < 0) {
        readLong(); // bytes of the block, for who wants to skip it
        count = -count;
      }
      for (; count > 0; count--) {
        readItem(items);
      }
    }
  }

  private void readItem(Items items) {
    var length = Math.toIntExact(readLong());
    if (length < 0 || length > profile.length - at) {
      throw new IllegalArgumentException("An item's id of " + length + " bytes");
    }
    var id = Arrays.copyOfRange(profile, at, at + length);
    at += length;
    readLong(); // its time
    var inBasket = profile[at++] != 0;
    readLong(); // touches
    readLong(); // repeats
    items.item(id, inBasket);
  }

  /** Variable-length zig-zag (Avro specification, «Binary Encoding»). */
  private long readLong() {
    var value = 0L;
    for (var i = 0; i < LONGEST_LONG_BYTES; i++) {
      var next = profile[at++];
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("A number of more than 64 bits");
  }
}
