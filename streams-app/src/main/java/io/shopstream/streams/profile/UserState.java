package io.shopstream.streams.profile;

import io.shopstream.events.ClickType;
import io.shopstream.events.UserProfile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What is kept of one user (or of a visitor before login): counters through the funnel, what was
 * bought last, and the visit under way. An immutable value; its binary form is a format version,
 * seven counters and times of 8 bytes, the ids bought, and the visit in its own form.
 *
 * @param firstSeenMs time of the first event, in milliseconds since 1970-01-01 UTC
 * @param lastSeenMs time of the newest event
 * @param bought distinct items bought last, newest last, at most {@value #MAX_BOUGHT}
 */
public record UserState(
    long firstSeenMs,
    long lastSeenMs,
    long visits,
    long views,
    long carts,
    long searches,
    long orders,
    List<String> bought,
    Visit visit) {

  /** Items bought that are remembered. */
  public static final int MAX_BOUGHT = 50;

  /** A user of whom nothing is known yet. */
  public static final UserState NONE =
      new UserState(Long.MAX_VALUE, Long.MIN_VALUE, 0, 0, 0, 0, 0, List.of(), Visit.NONE);

  private static final byte VERSION = 1;
  private static final int COUNTERS = 7;
  private static final int MAX_ID_BYTES = 64;

  /** The state after a click; {@code next} is its visit after the same click. */
  UserState clicked(ClickType type, long timeMs, Visit next) {
    var isNewVisit = !next.isEmpty() && (visit.isEmpty() || next.startMs() != visit.startMs());
    return new UserState(
        Math.min(firstSeenMs, timeMs),
        Math.max(lastSeenMs, timeMs),
        visits + (isNewVisit ? 1 : 0),
        views + (type == ClickType.VIEW ? 1 : 0),
        carts + (type == ClickType.ADD_TO_CART ? 1 : 0),
        searches + (type == ClickType.SEARCH ? 1 : 0),
        orders,
        bought,
        next);
  }

  /** The state after an order was placed. */
  UserState ordered(List<String> items, long timeMs) {
    var distinct = new LinkedHashSet<>(bought);
    for (var item : items) {
      distinct.remove(item);
      distinct.add(item);
    }
    var newest = new ArrayList<>(distinct);
    var basketEmptied = visit;
    for (var item : items) {
      basketEmptied = basketEmptied.withBasket(item, false);
    }
    return new UserState(
        Math.min(firstSeenMs, timeMs),
        Math.max(lastSeenMs, timeMs),
        visits,
        views,
        carts,
        searches,
        orders + 1,
        List.copyOf(newest.subList(Math.max(0, newest.size() - MAX_BOUGHT), newest.size())),
        basketEmptied);
  }

  /** The binary form. */
  public byte[] toBytes() {
    var visitBytes = visit.toBytes();
    var out =
        ByteBuffer.allocate(
            2 + COUNTERS * Long.BYTES + bought.size() * (1 + MAX_ID_BYTES) + visitBytes.length);
    out.put(VERSION)
        .putLong(firstSeenMs)
        .putLong(lastSeenMs)
        .putLong(visits)
        .putLong(views)
        .putLong(carts)
        .putLong(searches)
        .putLong(orders)
        .put((byte) bought.size());
    for (var item : bought) {
      var id = item.getBytes(StandardCharsets.UTF_8);
      out.put((byte) id.length).put(id);
    }
    out.put(visitBytes);
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is of another format version
   */
  public static UserState of(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != VERSION) {
      throw new IllegalArgumentException("Not a user's state of format version " + VERSION);
    }
    var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    var firstSeenMs = in.getLong();
    var lastSeenMs = in.getLong();
    var visits = in.getLong();
    var views = in.getLong();
    var carts = in.getLong();
    var searches = in.getLong();
    var orders = in.getLong();
    var size = in.get();
    var bought = new ArrayList<String>(size);
    for (var i = 0; i < size; i++) {
      var id = new byte[in.get()];
      in.get(id);
      bought.add(new String(id, StandardCharsets.UTF_8));
    }
    var visit = new byte[in.remaining()];
    in.get(visit);
    return new UserState(
        firstSeenMs,
        lastSeenMs,
        visits,
        views,
        carts,
        searches,
        orders,
        List.copyOf(bought),
        Visit.of(visit));
  }

  /** What others get to see of it. */
  public UserProfile toProfile(String userId) {
    return new UserProfile(
        userId,
        firstSeenMs,
        lastSeenMs,
        visits,
        views,
        carts,
        searches,
        orders,
        visit.items(),
        bought,
        List.of());
  }
}
