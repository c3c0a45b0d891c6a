package io.shopstream.streams.profile;

import io.shopstream.events.ChangeKind;
import io.shopstream.events.ClickType;
import io.shopstream.events.LifecycleStage;
import io.shopstream.events.ProfileChange;
import io.shopstream.events.RfmSegment;
import io.shopstream.events.UserProfile;
import io.shopstream.streams.profile.habit.Habits;
import io.shopstream.streams.profile.row.IdList;
import io.shopstream.streams.profile.row.Varint;
import io.shopstream.streams.profile.taste.ItemTraits;
import io.shopstream.streams.profile.taste.Tastes;
import io.shopstream.streams.profile.value.OrderHistory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of one user (or of a visitor before login): counters through the funnel, tastes,
 * habits, orders, what was bought last, the basket, and the visit under way. Read from a row,
 * changed by one event, written back; used by one thread.
 *
 * <p>The row is at most {@value #MAX_BYTES} bytes, whatever the user does. Ordinary ids and names
 * leave it far below; where they are long, what is worth least goes first: items bought long ago,
 * weak tastes, the baskets of earlier visits, then the visit's oldest items. Events of the hour
 * never go, because one that is not known any more would count twice; they go to the store before
 * anything else has to.
 *
 * <pre>
 *  format version (1 byte, 3), kind of row (1 byte: {@link #PROFILE})
 *  first seen, last seen, next deadline (8 bytes each, ms since 1970)
 *  erased at, visits, views, carts, removals, searches (variable length)
 *  segment and stage that were told last, whether the abandoned basket was told (a byte each)
 *  habits, tastes, orders, bought, basket of earlier visits, events of the hour under way: each in
 *  its own form
 *  visit, in its own form, to the end
 * </pre>
 */
public final class UserState {

  /** Most bytes of a row. */
  public static final int MAX_BYTES = 2_048;

  /** Items bought that are remembered. */
  public static final int MAX_BOUGHT = 20;

  /** Items in the basket since earlier visits that are remembered. */
  static final int MAX_CARRIED = 10;

  /** A basket is abandoned when nothing happened for so long. */
  public static final Duration ABANDONED_AFTER = Duration.ofHours(1);

  /** Kind of a row that holds a profile. */
  static final byte PROFILE = 0;

  static final byte VERSION = 3;

  /** Without the events of the hour. */
  static final byte SECOND_VERSION = 2;

  private static final byte FIRST_VERSION = 1;
  private static final int FIXED_BYTES = 2 + 3 * Long.BYTES + 6 * 10 + 3;

  /** A row names a segment and a stage by the place here: new ones come at the end. */
  private static final List<RfmSegment> SEGMENTS =
      List.of(
          RfmSegment.NONE,
          RfmSegment.CHAMPION,
          RfmSegment.LOYAL,
          RfmSegment.PROMISING,
          RfmSegment.NEW,
          RfmSegment.NEEDS_ATTENTION,
          RfmSegment.AT_RISK,
          RfmSegment.ABOUT_TO_SLEEP,
          RfmSegment.HIBERNATING);

  private static final List<LifecycleStage> STAGES =
      List.of(
          LifecycleStage.VISITOR,
          LifecycleStage.NEW,
          LifecycleStage.ACTIVE,
          LifecycleStage.AT_RISK,
          LifecycleStage.LOST);

  private long firstSeenMs = Long.MAX_VALUE;
  private long lastSeenMs = Long.MIN_VALUE;
  private long deadlineMs;
  private long erasedMs;
  private long visits;
  private long views;
  private long carts;
  private long removals;
  private long searches;
  private RfmSegment toldSegment = RfmSegment.NONE;
  private LifecycleStage toldStage = LifecycleStage.VISITOR;
  private boolean toldAbandoned;
  private Habits habits = new Habits();
  private Tastes tastes = new Tastes();
  private OrderHistory orders = new OrderHistory();
  private IdList bought = new IdList();
  private IdList carried = new IdList();
  private HourEvents hourEvents = HourEvents.UNKNOWN;
  private Visit visit = Visit.NONE;

  /** A user of whom nothing is known yet. */
  public static UserState unknown() {
    return new UserState();
  }

  /**
   * A user of whom nothing is known, in the place of a marker, whose deadline stands until another
   * takes its place.
   *
   * @param hourEvents says in which hours something may have been counted by the marker
   */
  static UserState unknownAfter(ShopperRow marker, HourEvents hourEvents) {
    var state = new UserState();
    state.erasedMs = marker.erasedMs();
    state.deadlineMs = marker.deadlineMs();
    state.hourEvents = hourEvents;
    return state;
  }

  /**
   * The user did something in the shop.
   *
   * @param itemId of the event; null for a search
   * @param next the visit after the same event
   * @param item what the catalogue says of the item
   * @param priceMinor that the event tells; negative for none
   */
  void clicked(
      ClickType type, String itemId, long timeMs, Visit next, ItemTraits item, long priceMinor) {
    seen(timeMs);
    continueVisit(next);
    switch (type) {
      case VIEW -> {
        views++;
        tastes.touched(item, priceMinor, timeMs, Tastes.VIEWED);
      }
      case ADD_TO_CART -> {
        carts++;
        tastes.touched(item, priceMinor, timeMs, Tastes.PUT_INTO_BASKET);
        if (!next.remembers(itemId)) {
          carried.add(itemId, MAX_CARRIED);
        }
        toldAbandoned = false;
      }
      case REMOVE_FROM_CART -> {
        removals++;
        carried.remove(itemId);
        toldAbandoned = false;
      }
      case SEARCH -> searches++;
      case UNKNOWN -> throw new IllegalArgumentException("A click of unknown type counts nothing");
    }
  }

  /** With what browser and device; null where it is not known. */
  void browsed(String userAgent, Optional<Long> device) {
    habits.browsed(userAgent);
    device.ifPresent(habits::used);
  }

  private void seen(long timeMs) {
    firstSeenMs = Math.min(firstSeenMs, timeMs);
    lastSeenMs = Math.max(lastSeenMs, timeMs);
    habits.active(timeMs);
  }

  /** The basket outlives the visit, and the visit's memory of items. */
  private void continueVisit(Visit next) {
    if (next.isEmpty()) {
      return;
    }
    if (visit.isEmpty() || next.startMs() != visit.startMs()) {
      visits++;
      visit.basket().forEach(item -> carried.add(item, MAX_CARRIED));
    } else if (next.size() == visit.size() && next.firstTouches() > visit.firstTouches()) {
      visit.oldestInBasket().ifPresent(item -> carried.add(item, MAX_CARRIED));
    }
    visit = next;
  }

  /** An order was placed; see {@link OrderHistory#placed}. */
  void ordered(long order, List<String> items, long amountMinor, String currency, long timeMs) {
    seen(timeMs);
    orders.placed(order, amountMinor, currency, items.size(), timeMs);
    for (var item : items) {
      bought.add(item, MAX_BOUGHT);
      carried.remove(item);
      visit = visit.withBasket(item, false);
    }
    toldAbandoned = false;
  }

  /** Lines of an order were taken back; see {@link OrderHistory#takenBack}. */
  void takenBack(Optional<Long> original, long amountMinor, String currency, long timeMs) {
    seen(timeMs);
    orders.takenBack(original, amountMinor, currency, timeMs);
  }

  /** An item was bought, or, with a negative weight, taken back. */
  void tasted(ItemTraits item, long priceMinor, long timeMs, float weight) {
    tastes.touched(item, priceMinor, timeMs, weight);
  }

  /** Whether nothing was seen of the user. */
  boolean isUnknown() {
    return firstSeenMs > lastSeenMs;
  }

  /** Time of the first event, in milliseconds since 1970-01-01 UTC. */
  public long firstSeenMs() {
    return firstSeenMs;
  }

  /** Time of the newest event, in milliseconds since 1970-01-01 UTC. */
  public long lastSeenMs() {
    return lastSeenMs;
  }

  public long visits() {
    return visits;
  }

  public long views() {
    return views;
  }

  public long carts() {
    return carts;
  }

  /** Orders placed and taken back. */
  public OrderHistory orders() {
    return orders;
  }

  /** Distinct items bought last, newest last. */
  public List<String> bought() {
    return bought.ids();
  }

  /** The visit under way, or the last one. */
  public Visit visit() {
    return visit;
  }

  /** Items in the basket, of this visit and earlier ones, newest last. */
  public List<String> basket() {
    var items = new LinkedHashSet<>(carried.ids());
    visit.basket().forEach(items::add);
    return new ArrayList<>(items);
  }

  /** Whether anything is in the basket. */
  public boolean hasBasket() {
    return carried.size() > 0 || visit.hasBasket();
  }

  /** When the basket was left, as of a time; empty when nothing is in it or it is in use. */
  public Optional<Long> abandonedMs(long nowMs) {
    return nowMs - lastSeenMs >= ABANDONED_AFTER.toMillis() && hasBasket()
        ? Optional.of(lastSeenMs)
        : Optional.empty();
  }

  /** When the user was erased last; events up to then count nothing. 0 for never. */
  long erasedMs() {
    return erasedMs;
  }

  /** Clicks of the hour under way. */
  HourEvents hourEvents() {
    return hourEvents;
  }

  void setHourEvents(HourEvents hourEvents) {
    this.hourEvents = hourEvents;
  }

  /** When to look at the user again, whether or not anything happened; 0 for never. */
  long deadlineMs() {
    return deadlineMs;
  }

  void setDeadlineMs(long deadlineMs) {
    this.deadlineMs = deadlineMs;
  }

  /**
   * When to look at the user again: their basket may be abandoned, segment or stage may change, or
   * they may have been idle for too long.
   */
  long nextDeadlineMs(ProfileRules rules, Duration idle, long nowMs) {
    var next = lastSeenMs + idle.toMillis();
    if (!toldAbandoned && hasBasket()) {
      next = Math.min(next, lastSeenMs + ABANDONED_AFTER.toMillis());
    }
    return Math.min(next, rules.rfm().nextChangeMs(orders, nowMs).orElse(Long.MAX_VALUE));
  }

  /** Whether a basket was filled that nobody waits for yet. */
  boolean mayBeAbandonedBefore(long timeMs) {
    return !toldAbandoned && lastSeenMs + ABANDONED_AFTER.toMillis() < timeMs && hasBasket();
  }

  /** What changed since it was told last, as of a time; from now on it is told. */
  List<ProfileChange> changes(String userId, ProfileRules rules, long nowMs) {
    var changes = new ArrayList<ProfileChange>();
    var segment = rules.rfm().segment(orders, nowMs);
    if (segment != toldSegment) {
      changes.add(change(userId, nowMs, ChangeKind.SEGMENT, toldSegment.name(), segment.name()));
      toldSegment = segment;
    }
    var stage = rules.rfm().stage(orders, nowMs);
    if (stage != toldStage) {
      changes.add(change(userId, nowMs, ChangeKind.STAGE, toldStage.name(), stage.name()));
      toldStage = stage;
    }
    if (!toldAbandoned && abandonedMs(nowMs).isPresent()) {
      changes.add(
          new ProfileChange(userId, nowMs, ChangeKind.BASKET_ABANDONED, null, null, basket()));
      toldAbandoned = true;
    }
    return changes;
  }

  private static ProfileChange change(
      String userId, long nowMs, ChangeKind kind, String before, String after) {
    return new ProfileChange(userId, nowMs, kind, before, after, List.of());
  }

  /**
   * Takes over what is known of a visitor who turned out to be this user. A visit of each that were
   * going on at the same time are one. Which clicks of the visitor are known stays with the
   * visitor, by whose key they come again.
   *
   * @param gap a visit ends when nothing happens for longer than this
   * @param memory items of a visit that are remembered
   */
  void absorb(UserState visitor, Duration gap, int memory) {
    var one = areOneVisit(visit, visitor.visit, gap.toMillis());
    visits += visitor.visits - (one ? 1 : 0);
    views += visitor.views;
    carts += visitor.carts;
    removals += visitor.removals;
    searches += visitor.searches;
    habits.addAll(visitor.habits);
    tastes.addAll(visitor.tastes);
    orders.addAll(visitor.orders);
    bought = newestLast(bought, lastSeenMs, visitor.bought, visitor.lastSeenMs, MAX_BOUGHT);
    carried = newestLast(carried, lastSeenMs, visitor.carried, visitor.lastSeenMs, MAX_CARRIED);
    toldAbandoned &= !visitor.hasBasket();
    if (one) {
      var inBasket = new LinkedHashSet<>(visit.basket());
      inBasket.addAll(visitor.visit.basket());
      visit = Visit.merged(visit, visitor.visit, memory);
      inBasket.stream()
          .filter(item -> !visit.remembers(item))
          .forEach(item -> carried.add(item, MAX_CARRIED));
    } else if (!visitor.visit.isEmpty()) {
      var isNewer = visit.isEmpty() || visitor.visit.newestMs() > visit.newestMs();
      var older = isNewer ? visit : visitor.visit;
      older.basket().forEach(item -> carried.add(item, MAX_CARRIED));
      visit = isNewer ? visitor.visit : visit;
    }
    firstSeenMs = Math.min(firstSeenMs, visitor.firstSeenMs);
    lastSeenMs = Math.max(lastSeenMs, visitor.lastSeenMs);
  }

  private static boolean areOneVisit(Visit one, Visit other, long gapMs) {
    return !one.isEmpty()
        && !other.isEmpty()
        && one.startMs() - other.newestMs() <= gapMs
        && other.startMs() - one.newestMs() <= gapMs;
  }

  private static IdList newestLast(IdList one, long oneMs, IdList other, long otherMs, int most) {
    var older = oneMs <= otherMs ? one : other;
    var newer = oneMs <= otherMs ? other : one;
    newer.ids().forEach(id -> older.add(id, most));
    return older;
  }

  /** The binary form, at most {@value #MAX_BYTES} bytes. */
  public byte[] toBytes() {
    trim();
    var visitBytes = visit.toBytes();
    var out = ByteBuffer.allocate(roomWithoutVisit() + visitBytes.length);
    out.put(VERSION).put(PROFILE);
    out.putLong(firstSeenMs).putLong(lastSeenMs).putLong(deadlineMs);
    Varint.put(out, erasedMs);
    Varint.put(out, visits);
    Varint.put(out, views);
    Varint.put(out, carts);
    Varint.put(out, removals);
    Varint.put(out, searches);
    out.put((byte) SEGMENTS.indexOf(toldSegment)).put((byte) STAGES.indexOf(toldStage));
    out.put((byte) (toldAbandoned ? 1 : 0));
    habits.write(out);
    tastes.write(out);
    orders.write(out);
    bought.write(out);
    carried.write(out);
    hourEvents.write(out);
    out.put(visitBytes);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Whether something would have to go to make the row as short as it must be. */
  boolean isLongerThanARow() {
    return roomWithoutVisit() + visit.toBytes().length > MAX_BYTES;
  }

  private int roomWithoutVisit() {
    return FIXED_BYTES
        + habits.bytes()
        + tastes.bytes()
        + orders.bytes()
        + bought.bytes()
        + carried.bytes()
        + hourEvents.bytes();
  }

  private void trim() {
    int over = roomWithoutVisit() + visit.toBytes().length - MAX_BYTES;
    while (over > 0) {
      var done =
          (bought.size() > 2 && bought.removeOldest())
              || tastes.removeWeakest()
              || carried.removeOldest()
              || bought.removeOldest();
      if (!done) {
        visit = visit.withoutOldest();
      }
      over = roomWithoutVisit() + visit.toBytes().length - MAX_BYTES;
    }
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is of another format version, or no profile
   */
  public static UserState of(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] == FIRST_VERSION) {
      return ofFirstVersion(bytes);
    }
    if (bytes.length < 2 || !hasKind(bytes[0]) || bytes[1] != PROFILE) {
      throw new IllegalArgumentException(
          "Not a user's state of format version %d to %d".formatted(FIRST_VERSION, VERSION));
    }
    var in = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
    var state = new UserState();
    state.firstSeenMs = in.getLong();
    state.lastSeenMs = in.getLong();
    state.deadlineMs = in.getLong();
    state.erasedMs = Varint.get(in);
    state.visits = Varint.get(in);
    state.views = Varint.get(in);
    state.carts = Varint.get(in);
    state.removals = Varint.get(in);
    state.searches = Varint.get(in);
    state.toldSegment = SEGMENTS.get(in.get());
    state.toldStage = STAGES.get(in.get());
    state.toldAbandoned = in.get() != 0;
    state.habits = Habits.read(in);
    state.tastes = Tastes.read(in);
    state.orders = OrderHistory.read(in);
    state.bought = IdList.read(in);
    state.carried = IdList.read(in);
    if (bytes[0] != SECOND_VERSION) {
      state.hourEvents = HourEvents.read(in);
    }
    state.visit = Visit.of(Arrays.copyOfRange(bytes, in.position(), bytes.length));
    return state;
  }

  /** Whether rows of a format version have the kind of row in their second byte. */
  static boolean hasKind(byte version) {
    return version == VERSION || version == SECOND_VERSION;
  }

  /** Counters and times of eight bytes, the ids bought, the visit. */
  private static UserState ofFirstVersion(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    var state = new UserState();
    state.firstSeenMs = in.getLong();
    state.lastSeenMs = in.getLong();
    state.visits = in.getLong();
    state.views = in.getLong();
    state.carts = in.getLong();
    state.searches = in.getLong();
    in.getLong(); // orders, of which nothing else was known
    state.bought = IdList.read(in);
    state.visit = Visit.of(Arrays.copyOfRange(bytes, in.position(), bytes.length));
    return state;
  }

  /**
   * What others get to see of it, as of a time.
   *
   * @param rules how scores, segment, stage and risk are found
   */
  public UserProfile toProfile(String userId, ProfileRules rules, long nowMs) {
    return UserProfile.newBuilder()
        .setUserId(userId)
        .setAsOfTimeMs(nowMs)
        .setFirstSeenTimeMs(firstSeenMs)
        .setLastSeenTimeMs(lastSeenMs)
        .setVisits(visits)
        .setViews(views)
        .setCarts(carts)
        .setRemovals(removals)
        .setSearches(searches)
        .setOrders(orders.placed())
        .setLinesBought(orders.lines())
        .setVisit(visit.items())
        .setBought(bought())
        .setBasket(basket())
        .setBasketAbandonedTimeMs(abandonedMs(nowMs).orElse(null))
        .setAffinities(tastes.affinities())
        .setOrdersTakenBack(orders.wholeTakenBack())
        .setFrequency(orders.frequency())
        .setMonetaryMinor(orders.netMinor())
        .setCurrency(orders.currency().orElse(null))
        .setFirstOrderTimeMs(orders.firstMs().orElse(null))
        .setLastOrderTimeMs(orders.lastMs().orElse(null))
        .setOrderValueMean(orders.meanValue())
        .setOrderValueDeviation(orders.valueDeviation())
        .setRecencyScore(rules.rfm().recencyScore(orders, nowMs))
        .setFrequencyScore(rules.rfm().frequencyScore(orders))
        .setMonetaryScore(rules.rfm().monetaryScore(orders))
        .setSegment(rules.rfm().segment(orders, nowMs))
        .setStage(rules.rfm().stage(orders, nowMs))
        .setChurnRisk(
            orders
                .rhythm()
                .map(rhythm -> 1 - rhythm.returnsWithin(rules.customers(), nowMs, rules.horizon()))
                .orElse(null))
        .setActiveHours(habits.hours())
        .setActiveWeekdays(habits.weekdays())
        .setDevices(habits.kinds())
        .setDistinctDevices(habits.devices())
        .build();
  }
}
