package io.shopstream.streams.fraud.features;

import java.util.ArrayList;
import java.util.List;

/**
 * The past of one entity (a user, a card, a device …) in one bounded binary value: orders, amounts
 * and known outcomes by cell of the clock, the distinct partners, the amounts of all times. At most
 * about 10 kB; one order takes about 100 bytes.
 *
 * <p>Time never runs backwards in an entity: an order older than the newest one known counts in the
 * cell of its own time, but what it is told of the past ends at the newest. An order sees what came
 * before it, never itself; only the distinct partners include its own.
 *
 * <p>Not thread-safe; the static methods are pure functions from bytes to bytes.
 */
public final class EntityState {
  private static final int VERSION = 1;

  private static final double MINOR = 100.0;

  private final EntityType type;
  private long clockMs;
  private long firstOrderMs;
  private long lastOrderMs;
  private long orders;
  private long amountMax;

  /**
   * Orders not known to be frauds: how many, their amounts and squared amounts in units of the
   * currency.
   */
  private long soundOrders;

  private double soundSum;
  private double soundSquares;

  private long outcomes;
  private long frauds;
  private long fraudStreak;
  private final FraudRun run = new FraudRun();
  private final FraudRun unexpected = new FraudRun();

  private final CellRing minutes = new CellRing(60_000L, 60);
  private final CellRing hours = new CellRing(3_600_000L, 24);
  private final CellRing quarters = new CellRing(6 * 3_600_000L, 120);
  private final CellRing known = new CellRing(6 * 3_600_000L, 120);
  private final PartnerSet[] partners;
  private final ByteWriter out = new ByteWriter(512);

  private EntityState(EntityType type) {
    this.type = type;
    partners = new PartnerSet[type.partners().size()];
    for (int i = 0; i < partners.length; i++) {
      partners[i] = new PartnerSet();
    }
  }

  /** The state of an entity that has never been seen. */
  public static EntityState empty(EntityType type) {
    return new EntityState(type);
  }

  /**
   * Reads a state.
   *
   * @param bytes what {@link #toBytes} wrote; an empty array is an entity never seen
   * @throws IllegalArgumentException when the bytes are not that of a state of this type
   */
  public static EntityState fromBytes(EntityType type, byte[] bytes) {
    EntityState state = new EntityState(type);
    if (bytes.length > 0) {
      state.read(new ByteReader(bytes));
    }
    return state;
  }

  /**
   * Reads a state in the place of this one, with the arrays that are there: whoever goes through
   * many states allocates little.
   *
   * @param bytes as in {@link #fromBytes}
   * @return this
   * @throws IllegalArgumentException when the bytes are not that of a state of this type
   */
  public EntityState load(byte[] bytes) {
    clear();
    if (bytes.length > 0) {
      read(new ByteReader(bytes));
    }
    return this;
  }

  private void clear() {
    clockMs = 0;
    firstOrderMs = 0;
    lastOrderMs = 0;
    orders = 0;
    amountMax = 0;
    soundOrders = 0;
    soundSum = 0;
    soundSquares = 0;
    outcomes = 0;
    frauds = 0;
    fraudStreak = 0;
    run.clear();
    unexpected.clear();
    minutes.clear();
    hours.clear();
    quarters.clear();
    known.clear();
    for (PartnerSet set : partners) {
      set.clear();
    }
  }

  /** The state after an order. */
  public static byte[] update(EntityType type, byte[] state, OrderPart order) {
    EntityState s = fromBytes(type, state);
    s.add(order);
    return s.toBytes();
  }

  /** The state after an outcome became known. */
  public static byte[] update(EntityType type, byte[] state, OutcomePart outcome) {
    EntityState s = fromBytes(type, state);
    s.add(outcome);
    return s.toBytes();
  }

  /**
   * The features of an order, from the state before it: the block of {@link Features} of this type.
   */
  public static float[] features(EntityType type, byte[] state, OrderPart order) {
    return fromBytes(type, state).features(order);
  }

  /**
   * Forgets a user who asked for it.
   *
   * @param user hash of the user's id ({@link Ids#hash})
   * @return whether the entity is nobody else's: the user, or what only this user has used
   */
  public boolean forget(long user) {
    int at = type.partners().indexOf(Partner.USER);
    if (at < 0) {
      return type == EntityType.USER;
    }
    partners[at].forget(user);
    return type != EntityType.SELLER && partners[at].isEmpty();
  }

  /** Takes an order into the past. */
  public void add(OrderPart order) {
    long time = order.timeMs();
    firstOrderMs = orders == 0 ? time : Math.min(firstOrderMs, time);
    lastOrderMs = Math.max(lastOrderMs, time);
    clockMs = Math.max(clockMs, time);
    orders++;
    amountMax = Math.max(amountMax, order.amountMinor());
    double amount = order.amountMinor() / MINOR;
    soundOrders++;
    soundSum += amount;
    soundSquares += amount * amount;
    forget();
    minutes.add(time, clockMs, 1, order.amountMinor());
    hours.add(time, clockMs, 1, order.amountMinor());
    quarters.add(time, clockMs, 1, order.amountMinor());
    List<Partner> kinds = type.partners();
    for (int i = 0; i < partners.length; i++) {
      long partner = order.partner(kinds.get(i));
      if (partner != 0) {
        partners[i].see(partner, clockMs);
      }
    }
  }

  /** Takes an outcome into the past, at the time when it became known. */
  public void add(OutcomePart outcome) {
    clockMs = Math.max(clockMs, outcome.knownTimeMs());
    forget();
    outcomes++;
    known.add(outcome.knownTimeMs(), clockMs, 1, outcome.fraud() ? 1 : 0);
    if (!outcome.fraud()) {
      fraudStreak = 0;
      run.sound(outcome.orderTimeMs());
      unexpected.sound(outcome.orderTimeMs());
      return;
    }
    frauds++;
    fraudStreak++;
    run.fraud(outcome.orderTimeMs());
    if (outcome.unexpectedFraud()) {
      unexpected.fraud(outcome.orderTimeMs());
    }
    if (soundOrders > 0) {
      double amount = outcome.amountMinor() / MINOR;
      soundOrders--;
      soundSum -= amount;
      soundSquares -= amount * amount;
    }
  }

  private void forget() {
    minutes.forget(clockMs);
    hours.forget(clockMs);
    quarters.forget(clockMs);
    known.forget(clockMs);
  }

  private CellRing ring(Window window) {
    return switch (window) {
      case TEN_MINUTES, HOUR -> minutes;
      case DAY -> hours;
      case WEEK, MONTH -> quarters;
    };
  }

  /**
   * The features of an order that is not yet part of this past: the block of {@link Features} of
   * this type.
   */
  public float[] features(OrderPart order) {
    long now = Math.max(clockMs, order.timeMs());
    double amount = order.amountMinor() / MINOR;
    float[] f = new float[Features.blockSize(type)];
    int i = 0;
    for (Window window : Window.values()) {
      f[i++] = ring(window).sumFirst(now, window);
    }
    f[i++] = orders;
    f[i++] = (float) (hours.sumSecond(now, Window.DAY) / MINOR);
    f[i++] = mean(hours, now, Window.DAY);
    f[i++] = mean(quarters, now, Window.WEEK);
    f[i++] = mean(quarters, now, Window.MONTH);
    if (soundOrders > 0) {
      double mean = soundSum / soundOrders;
      f[i++] = (float) ((amount - mean) / deviation(mean));
      f[i++] = (float) (amount / (mean + 0.01));
    } else {
      f[i++] = Float.NaN;
      f[i++] = Float.NaN;
    }
    f[i++] = orders > 0 ? (float) (amount / (amountMax / MINOR + 0.01)) : Float.NaN;
    long recentMax = quarters.maxSecond(now, Window.WEEK);
    f[i++] =
        recentMax > 0 && soundOrders > 0
            ? (float) (recentMax / MINOR / (soundSum / soundOrders + 0.01))
            : Float.NaN;
    f[i++] = orders > 0 ? (now - firstOrderMs) / 1000f : Float.NaN;
    f[i++] = orders > 0 ? Math.max(0, now - lastOrderMs) / 1000f : Float.NaN;
    long knownWeek = known.sumFirst(now, Window.WEEK);
    long knownMonth = known.sumFirst(now, Window.MONTH);
    long fraudsWeek = known.sumSecond(now, Window.WEEK);
    long fraudsMonth = known.sumSecond(now, Window.MONTH);
    f[i++] = known.sumSecondOfCells(now, 4);
    f[i++] = fraudsWeek;
    f[i++] = fraudsMonth;
    f[i++] = frauds;
    f[i++] = knownMonth;
    f[i++] = rate(fraudsWeek, knownWeek);
    f[i++] = rate(fraudsMonth, knownMonth);
    f[i++] = rate(frauds, outcomes);
    f[i++] = run.daysSinceBegin(now);
    f[i++] = run.daysSinceLast(now);
    f[i++] = run.soundSinceLast();
    f[i++] = fraudStreak;
    f[i++] = unexpected.frauds();
    f[i++] = unexpected.daysSinceBegin(now);
    f[i++] = unexpected.soundSinceLast();
    List<Partner> kinds = type.partners();
    for (int k = 0; k < partners.length; k++) {
      PartnerSet set = partners[k];
      long partner = order.partner(kinds.get(k));
      for (Window window : Features.PARTNER_WINDOWS) {
        long length = window.lengthMs();
        boolean more = partner != 0 && !set.seenWithin(partner, now, length);
        f[i++] = set.count(now, length) + (more ? 1 : 0);
      }
      boolean isNew = partner != 0 && !set.contains(partner);
      f[i++] = set.size() + (isNew ? 1 : 0);
      f[i++] = partner == 0 ? Float.NaN : isNew && orders > 0 ? 1 : 0;
    }
    return f;
  }

  /**
   * Standard deviation of the sound amounts. With few orders it leans on half the mean, counted as
   * two orders, so that the second order of a user is not thousands of deviations away from the
   * first.
   */
  private double deviation(double mean) {
    double spread = Math.max(0, soundSquares - soundOrders * mean * mean);
    double prior = 0.25 * mean * mean + 0.01;
    return Math.sqrt((spread + 2 * prior) / (soundOrders + 1));
  }

  private static float mean(CellRing ring, long now, Window window) {
    long count = ring.sumFirst(now, window);
    return count == 0 ? Float.NaN : (float) (ring.sumSecond(now, window) / MINOR / count);
  }

  private static float rate(long frauds, long outcomes) {
    return outcomes == 0 ? Float.NaN : (float) frauds / (outcomes + 1);
  }

  /**
   * What an entity did lately, for a person to look at.
   *
   * @param orders orders ever
   * @param windows by window, shortest first
   * @param partners by partner
   * @param outcomes outcomes known, ever
   * @param frauds frauds among them
   */
  public record Velocity(
      long orders, List<InWindow> windows, List<Partners> partners, long outcomes, long frauds) {

    /** Orders and their sum in the minor unit, in one window. */
    public record InWindow(Window window, long orders, long amountMinor) {}

    /**
     * Distinct partners in the longest window.
     *
     * @param exact false when the set was full, so that the number is a lower bound
     */
    public record Partners(Partner partner, int distinct, boolean exact) {}
  }

  /** What the entity did lately, seen from a moment. */
  public Velocity velocity(long timeMs) {
    long now = Math.max(clockMs, timeMs);
    List<Velocity.InWindow> windows = new ArrayList<>();
    for (Window window : Window.values()) {
      CellRing ring = ring(window);
      windows.add(
          new Velocity.InWindow(window, ring.sumFirst(now, window), ring.sumSecond(now, window)));
    }
    List<Velocity.Partners> distinct = new ArrayList<>();
    long month = Window.MONTH.lengthMs();
    for (int k = 0; k < partners.length; k++) {
      distinct.add(
          new Velocity.Partners(
              type.partners().get(k),
              partners[k].count(now, month),
              partners[k].exact(now, month)));
    }
    return new Velocity(orders, windows, distinct, outcomes, frauds);
  }

  /**
   * Time of the newest thing known, in milliseconds; lets a caller drop an entity not seen for
   * long.
   */
  public long clockMs() {
    return clockMs;
  }

  /** {@link #clockMs()} of a binary value, without reading the rest of it. */
  public static long clockMs(byte[] state) {
    ByteReader in = new ByteReader(state);
    in.getByte();
    return in.getVarint();
  }

  /** The binary value, starting with its version. */
  public byte[] toBytes() {
    out.clear();
    out.putByte(VERSION);
    out.putVarint(clockMs);
    out.putVarint(orders);
    if (orders > 0) {
      out.putVarint(firstOrderMs);
      out.putVarint(lastOrderMs - firstOrderMs);
      out.putVarint(amountMax);
      out.putVarint(soundOrders);
      out.putDouble(soundSum);
      out.putDouble(soundSquares);
    }
    out.putVarint(outcomes);
    if (outcomes > 0) {
      out.putVarint(frauds);
      if (frauds > 0) {
        out.putVarint(fraudStreak);
        run.write(out);
        unexpected.write(out);
      }
    }
    minutes.write(out, false);
    hours.write(out, false);
    quarters.write(out, true);
    known.write(out, false);
    out.putVarint(partners.length);
    for (PartnerSet set : partners) {
      set.write(out);
    }
    return out.toBytes();
  }

  private void read(ByteReader in) {
    int version = in.getByte();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "an entity state of version " + version + ", known: " + VERSION);
    }
    clockMs = in.getVarint();
    orders = in.getVarint();
    if (orders > 0) {
      firstOrderMs = in.getVarint();
      lastOrderMs = firstOrderMs + in.getVarint();
      amountMax = in.getVarint();
      soundOrders = in.getVarint();
      soundSum = in.getDouble();
      soundSquares = in.getDouble();
    }
    outcomes = in.getVarint();
    if (outcomes > 0) {
      frauds = in.getVarint();
      if (frauds > 0) {
        fraudStreak = in.getVarint();
        run.read(in);
        unexpected.read(in);
      }
    }
    minutes.read(in, false);
    hours.read(in, false);
    quarters.read(in, true);
    known.read(in, false);
    int sets = in.getCount();
    if (sets > partners.length) {
      throw new IllegalArgumentException(
          sets + " partner sets in the state of a " + type.key() + ", known: " + partners.length);
    }
    for (int i = 0; i < sets; i++) {
      partners[i].read(in);
    }
  }
}
