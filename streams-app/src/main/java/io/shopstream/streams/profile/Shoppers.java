package io.shopstream.streams.profile;

import io.shopstream.events.Click;
import io.shopstream.events.state.ItemHash;
import io.shopstream.streams.runtime.RejectedEventException;
import io.shopstream.streams.store.RowStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The shoppers of one partition: their rows, the events that are known of them, and the deadlines
 * at which to look at them again. A shopper has one deadline at a time, and its row names it, so
 * that nothing of an erased one is left behind.
 */
final class Shoppers {

  static final String USER_PROFILES = "user-profiles";
  static final String SEEN_EVENTS = "seen-events";
  static final String DEADLINES = "profile-deadlines";

  /** How long an erased-at marker stops late events: longer than the topics keep any. */
  static final Duration ERASED_KEPT = Duration.ofDays(120);

  private static final byte[] ARMED = {1};

  /** So many of the hour under way do not make a row long. */
  private static final int FEW_EVENTS = 8;

  /** Follows the name of a shopper in the name of the rows that remember links. */
  private static final String LINKS = "\0links";

  private final ProcessorContext<?, ?> context;
  private final RowStore rows;
  private final RowStore seenEvents;
  private final RowStore deadlines;

  Shoppers(ProcessorContext<?, ?> context) {
    this.context = context;
    rows = context.getStateStore(USER_PROFILES);
    seenEvents = context.getStateStore(SEEN_EVENTS);
    deadlines = context.getStateStore(DEADLINES);
  }

  /** What is held of a shopper; the profile of an unknown one when there is nothing. */
  ShopperRow get(String shopper) {
    return ShopperRow.of(rows.getForUpdate(key(shopper)));
  }

  /** The profile of a row; where it is a marker, the one that takes its place. */
  UserState profile(ShopperRow row, long arrivalMs) {
    return row instanceof ShopperRow.Profile profile
        ? profile.state()
        : UserState.unknownAfter(row, HourEvents.inStore(lastHour(arrivalMs)));
  }

  /**
   * Hour after which there is no event that was ever counted: none was ahead of the broker's clock
   * by more than a few minutes when it came, and none came later than now.
   */
  private long lastHour(long arrivalMs) {
    return SeenEvents.hour(Math.max(arrivalMs, context.currentSystemTimeMs())) + 1;
  }

  /** Writes a profile whose deadline has not changed. */
  void put(String shopper, UserState state) {
    if (state.hourEvents().size() > FEW_EVENTS && state.isLongerThanARow()) {
      // What else would have to go to make room is worth more there.
      storeHour(shopper, state, context.currentSystemTimeMs());
    }
    rows.put(key(shopper), state.toBytes());
  }

  /** Writes a profile, to look at again at a time. */
  void put(String shopper, UserState state, long deadlineMs) {
    move(shopper, state.deadlineMs(), deadlineMs);
    state.setDeadlineMs(deadlineMs);
    put(shopper, state);
  }

  /**
   * Writes a marker in the place of what was held. The clicks of the hour under way are forgotten
   * with it, as they must be when a shopper is erased; a visitor's are stored before: {@link
   * #storeHour}.
   */
  void put(String shopper, ShopperRow before, ShopperRow marker) {
    move(shopper, before.deadlineMs(), marker.deadlineMs());
    rows.put(key(shopper), marker.toBytes());
  }

  /** Forgets a shopper; which events are known of one who was idle is known on, for as long. */
  void remove(String shopper, ShopperRow before) {
    if (before instanceof ShopperRow.Profile profile) {
      storeHour(shopper, profile.state(), context.currentSystemTimeMs());
    }
    move(shopper, before.deadlineMs(), 0);
    rows.put(key(shopper), null);
  }

  private void move(String shopper, long fromMs, long toMs) {
    if (fromMs != toMs) {
      if (fromMs != 0) {
        deadlines.put(deadline(fromMs, shopper), null);
      }
      if (toMs != 0) {
        deadlines.put(deadline(toMs, shopper), ARMED);
      }
    }
  }

  /** Shoppers whose deadline has passed, the one that waits longest first. */
  List<String> due(long nowMs, int most) {
    var due = new ArrayList<String>();
    try (var iterator = deadlines.range(deadline(0, ""), deadline(nowMs + 1, ""))) {
      while (iterator.hasNext() && due.size() < most) {
        var key = iterator.next().key.get();
        due.add(new String(key, Long.BYTES, key.length - Long.BYTES, StandardCharsets.UTF_8));
      }
    }
    return due;
  }

  /**
   * Whether a click is new; remembers it if so, in the profile or in the store. The caller writes
   * the profile then: it is the one of the row given, and has changed.
   *
   * <p>By what {@link HourEvents} says of a profile, the hour of the click is one of these:
   *
   * <ul>
   *   <li>The list's. All clicks of the hour are in the list.
   *   <li>After the newest, or without a row in the store and after the list's. None was counted:
   *       the list goes to the store, and a list of this hour begins.
   *   <li>Any other. Its clicks are in the store.
   * </ul>
   *
   * A list goes to the store before the profile that it leaves is written. Should the event fail in
   * between, the list is in both, which does no harm: it is the row of the store that is written
   * again, whole. The event itself is known to neither and counts when it is sent again, unless it
   * went the store's way.
   *
   * @throws RejectedEventException when there are more in its hour than a person can do
   */
  boolean isFirst(ShopperRow row, String shopper, Click click, long arrivalMs) {
    return row instanceof ShopperRow.Profile profile
        ? isFirstOf(profile.state(), shopper, click, arrivalMs)
        : isFirst(shopper, click.getTimeMs(), click.getEventId(), arrivalMs);
  }

  private boolean isFirstOf(UserState state, String shopper, Click click, long arrivalMs) {
    var events = state.hourEvents();
    var hour = SeenEvents.hour(click.getTimeMs());
    var fingerprint = fingerprint(click.getEventId());
    if (events.hasList() && hour == events.hour()) {
      if (events.contains(fingerprint)) {
        return false;
      }
      state.setHourEvents(events.with(fingerprint));
      if (state.hourEvents().size() > HourEvents.MAX_EVENTS) {
        storeHour(shopper, state, arrivalMs);
      }
      return true;
    }
    var known = events.newestHour().isPresent() ? events : inStore(state, hour);
    if (hour > known.newestHour().orElseThrow()) {
      beginHour(shopper, state, known, hour, fingerprint, arrivalMs);
      return true;
    }
    var key = Bytes.wrap(SeenEvents.rowKey(shopper, click.getTimeMs()));
    var mayBegin = hour > known.hour();
    // A row that may not be there must not take room in the table: it will not be written soon.
    var seen = mayBegin ? seenEvents.get(key) : seenEvents.getForUpdate(key);
    if (mayBegin && seen == null) {
      beginHour(shopper, state, known, hour, fingerprint, arrivalMs);
      return true;
    }
    state.setHourEvents(known);
    return isFirstInRow(key, seen, fingerprint, arrivalMs);
  }

  /**
   * What is known where no click was counted since there is a profile, or none by this version.
   * Nothing is after the newest event then, or after the first click. A shopper who was forgotten
   * for having been idle may have done something after that hour, more than a year ago: what of it
   * comes again counts again, since to look for it would take a look for each hour of all.
   */
  private static HourEvents inStore(UserState state, long hour) {
    return HourEvents.inStore(state.isUnknown() ? hour : SeenEvents.hour(state.lastSeenMs()));
  }

  private void beginHour(
      String shopper,
      UserState state,
      HourEvents events,
      long hour,
      long fingerprint,
      long arrivalMs) {
    storeHour(shopper, state, arrivalMs);
    state.setHourEvents(events.begun(hour, fingerprint));
  }

  /** Moves the clicks of a profile's hour under way, if there are any, to the store. */
  void storeHour(String shopper, UserState state, long arrivalMs) {
    var events = state.hourEvents();
    if (events.hasList()) {
      seenEvents.put(
          Bytes.wrap(SeenEvents.rowKeyOfHour(shopper, events.hour())),
          events.toSeenEvents(arrivalMs));
      state.setHourEvents(events.stored());
    }
  }

  /**
   * Whether a link of a visitor to a user is new to one of the two; remembers it if so, apart from
   * the clicks of the hour, which do not look for it. It is forgotten with the shopper.
   *
   * @throws RejectedEventException when there are more in its hour than a person can do
   */
  boolean isFirstLink(String shopper, long timeMs, String linkId, long arrivalMs) {
    return isFirst(shopper + LINKS, timeMs, linkId, arrivalMs);
  }

  /**
   * Whether something else is new; remembers it if so.
   *
   * @param owner is nobody who clicks: the id of an order
   * @throws RejectedEventException when there are more in its hour than a person can do
   */
  boolean isFirst(String owner, long timeMs, String eventId, long arrivalMs) {
    var key = Bytes.wrap(SeenEvents.rowKey(owner, timeMs));
    return isFirstInRow(key, seenEvents.getForUpdate(key), fingerprint(eventId), arrivalMs);
  }

  private static long fingerprint(String eventId) {
    return ItemHash.of(eventId.getBytes(StandardCharsets.UTF_8));
  }

  private boolean isFirstInRow(Bytes row, byte[] seen, long fingerprint, long arrivalMs) {
    return switch (SeenEvents.verdict(seen, fingerprint)) {
      case DUPLICATE -> false;
      case TOO_MANY ->
          throw new RejectedEventException(
              "event_id: more than %d events within one hour"
                  .formatted(SeenEvents.MAX_EVENTS_AN_HOUR));
      case NEW -> {
        seenEvents.put(row, SeenEvents.with(seen, fingerprint, arrivalMs));
        yield true;
      }
    };
  }

  /** Forgets which events of a shopper are known. */
  void forgetEvents(String shopper) {
    var keys = new ArrayList<Bytes>();
    try (var iterator =
        seenEvents.range(
            Bytes.wrap(SeenEvents.rowKey(shopper, 0)),
            Bytes.wrap(SeenEvents.rowKey(shopper, -1)))) {
      iterator.forEachRemaining(row -> keys.add(row.key));
    }
    keys.forEach(key -> seenEvents.put(key, null));
  }

  static Bytes key(String shopper) {
    return Bytes.wrap(shopper.getBytes(StandardCharsets.UTF_8));
  }

  private static Bytes deadline(long timeMs, String shopper) {
    var id = shopper.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + id.length).putLong(timeMs).put(id).array());
  }
}
