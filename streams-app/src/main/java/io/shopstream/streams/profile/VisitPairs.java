package io.shopstream.streams.profile;

import io.shopstream.events.PairKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns touches of a visit, and orders, into what items and pairs of items gain. Nothing waits for
 * the end of a visit: a pair counts at the touch that makes it one.
 *
 * <p>When item j is touched for the first time and item i was touched d distinct items before, row
 * i gains {@code forward · d^-exponent} for j and row j gains {@code backward · d^-exponent} for i,
 * and each gains support 1. Going on counts more than coming from, near more than far.
 *
 * <p>What one visitor can add is capped, see {@link Caps}: an item, and so a pair, counts once in
 * the 24 hours after the visitor's first touch, however often they come back.
 *
 * <p>Safe for use by several threads.
 */
public final class VisitPairs {
  /** Most distinct items of an order that count, in line order. */
  public static final int MAX_ORDER_ITEMS = 30;

  /**
   * How touches are counted.
   *
   * @param gap a visit ends when nothing happens for longer than this
   * @param memory distinct items remembered, 1 to 255
   * @param maxDistance a pair counts up to this distance in distinct items, 1 to {@code memory}
   * @param forward weight of a neighbour that comes one item later
   * @param backward weight of a neighbour that comes one item earlier
   * @param exponent how fast weights fall with the distance
   */
  public record Settings(
      Duration gap, int memory, int maxDistance, double forward, double backward, double exponent) {
    /** What serves unless told otherwise. */
    public static final Settings DEFAULT =
        new Settings(Duration.ofMinutes(30), 20, 10, 1.0, 0.5, 0.7);

    public Settings {
      if (gap.toMillis() < 0 || memory < 1 || memory > 255) {
        throw new IllegalArgumentException(
            "A visit has a gap of 0 or more and remembers 1 to 255 items, not %s and %d"
                .formatted(gap, memory));
      }
      if (maxDistance < 1 || maxDistance > memory) {
        throw new IllegalArgumentException(
            "Pairs reach 1 to %d items back, not %d".formatted(memory, maxDistance));
      }
      if (!(forward >= 0 && backward >= 0 && exponent >= 0)) {
        throw new IllegalArgumentException("Weights of pairs are 0 or more");
      }
    }
  }

  /**
   * How much of one visitor counts. What is over does not count from the touch on that is over:
   * nothing can be uncounted later.
   *
   * @param touchesADay items counted in a visitor's day, at most
   * @param itemsOnceADay whether an item counts once in a visitor's day, as far as known
   * @param againAnItem touches again of one item in a visit that count, at most
   * @param unhurriedTouches items a visit may touch at any speed
   * @param touchPace mean time from item to item below which a visit is no human's
   */
  public record Caps(
      int touchesADay,
      boolean itemsOnceADay,
      int againAnItem,
      int unhurriedTouches,
      Duration touchPace) {
    /** What serves unless told otherwise. */
    public static final Caps DEFAULT = new Caps(300, true, 8, 10, Duration.ofMillis(500));

    /** Everything counts. */
    public static final Caps NONE =
        new Caps(Integer.MAX_VALUE, false, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);
  }

  private final Settings settings;
  private final Caps caps;
  private final long gapMs;
  private final double[] forward;
  private final double[] backward;

  public VisitPairs(Settings settings, Caps caps) {
    this.settings = settings;
    this.caps = caps;
    this.gapMs = settings.gap().toMillis();
    this.forward = new double[settings.maxDistance() + 1];
    this.backward = new double[settings.maxDistance() + 1];
    for (int distance = 1; distance <= settings.maxDistance(); distance++) {
      double near = Math.pow(distance, -settings.exponent());
      forward[distance] = settings.forward() * near;
      backward[distance] = settings.backward() * near;
    }
  }

  /** With the default settings. */
  public VisitPairs() {
    this(Settings.DEFAULT, Caps.DEFAULT);
  }

  /**
   * An item was viewed or put into the basket.
   *
   * @param visit the visit as it was, {@link Visit#NONE} if there was none
   * @param timeMs event time in milliseconds since 1970-01-01 UTC
   * @param sink gets what the item and its pairs gained
   * @return the visit after the touch: a new one if the gap was too long; none of its items moves
   *     if the event is older than its newest by more than the gap
   * @throws IllegalArgumentException if the id is empty or longer than 64 bytes of UTF-8
   */
  public Visit touched(Visit visit, String itemId, long timeMs, PairSink sink) {
    var id = itemId.getBytes(StandardCharsets.UTF_8);
    if (id.length == 0 || id.length > Visit.MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "An item id has 1 to %d bytes, this one has %d".formatted(Visit.MAX_ID_BYTES, id.length));
    }
    if (!visit.isEmpty() && visit.newestMs() - timeMs > gapMs) {
      if (visit.find(id) >= 0 || !counts(visit, id, timeMs)) {
        return visit;
      }
      sink.own(PairKind.VIEWED, itemId, timeMs, 1, 1);
      return visit.counted(id);
    }
    boolean goesOn = !visit.isEmpty() && timeMs - visit.newestMs() <= gapMs;
    var before = goesOn ? visit : visit.next(timeMs);
    int rememberedAt = before.find(id);
    boolean counts = rememberedAt < 0 && counts(before, id, timeMs);
    if (counts) {
      firstTouch(before, itemId, timeMs, sink);
    } else if (rememberedAt >= 0 && before.touchesAt(rememberedAt) <= caps.againAnItem()) {
      boolean repeats = before.isNewest(rememberedAt);
      sink.again(PairKind.VIEWED, itemId, timeMs, repeats ? 1 : 0, repeats ? 0 : 1);
    }
    return before.touched(id, rememberedAt, counts, timeMs, settings.memory());
  }

  /** Whether an item that the visit does not remember counts if it is touched now. */
  private boolean counts(Visit visit, byte[] id, long timeMs) {
    int touches = visit.firstTouches();
    boolean hurried =
        touches > caps.unhurriedTouches()
            && Math.max(timeMs, visit.newestMs()) - visit.startMs()
                < touches * caps.touchPace().toMillis();
    return !hurried
        && visit.countedToday() < caps.touchesADay()
        && !(caps.itemsOnceADay() && visit.wasCounted(id));
  }

  /**
   * An item was put into the basket: a touch, unless it was the newest item anyway, as when its
   * page is open; then only its time and the basket change. See {@link #touched}.
   */
  public Visit putIntoBasket(Visit visit, String itemId, long timeMs, PairSink sink) {
    var id = itemId.getBytes(StandardCharsets.UTF_8);
    int rememberedAt = visit.find(id);
    boolean open =
        rememberedAt >= 0
            && visit.isNewest(rememberedAt)
            && Math.abs(timeMs - visit.newestMs()) <= gapMs;
    var after = open ? visit.continued(timeMs) : touched(visit, itemId, timeMs, sink);
    return after.withBasket(itemId, true);
  }

  private void firstTouch(Visit visit, String itemId, long timeMs, PairSink sink) {
    sink.own(PairKind.VIEWED, itemId, timeMs, 1, 1);
    int distance = visit.size();
    for (var cursor = visit.cursor(); cursor.next(); distance--) {
      if (distance <= settings.maxDistance()) {
        sink.followed(
            PairKind.VIEWED,
            cursor.bytes(),
            cursor.idStart(),
            cursor.idEnd(),
            itemId,
            timeMs,
            forward[distance],
            backward[distance]);
      }
    }
  }

  /**
   * An order was placed: its first {@value #MAX_ORDER_ITEMS} distinct items, and each pair of them,
   * gain weight and support 1.
   *
   * @param itemIds items in line order, repeated or not
   * @param timeMs time of the order in milliseconds since 1970-01-01 UTC
   */
  public void ordered(List<String> itemIds, long timeMs, PairSink sink) {
    var counted = countedItems(itemIds);
    for (int i = 0; i < counted.size(); i++) {
      sink.own(PairKind.BOUGHT, counted.get(i), timeMs, 1, 1);
      for (int j = 0; j < counted.size(); j++) {
        if (i != j) {
          sink.pair(PairKind.BOUGHT, counted.get(i), counted.get(j), timeMs, 1, 1);
        }
      }
    }
  }

  /**
   * Items of an order were cancelled or sent back: takes back what they and their pairs gained, to
   * the last bit, since it carries the order's time and decays like it.
   *
   * @param kept what of the order counts so far: {@link #countedItems} of the order, without what
   *     was taken back before
   * @param returned what is taken back now; items that are not in {@code kept} change nothing
   * @param timeMs time of the order, as given when it was placed
   */
  public void returned(List<String> kept, Set<String> returned, long timeMs, PairSink sink) {
    for (int i = 0; i < kept.size(); i++) {
      boolean gone = returned.contains(kept.get(i));
      if (gone) {
        sink.own(PairKind.BOUGHT, kept.get(i), timeMs, -1, -1);
      }
      for (int j = 0; j < kept.size(); j++) {
        if (i != j && (gone || returned.contains(kept.get(j)))) {
          sink.pair(PairKind.BOUGHT, kept.get(i), kept.get(j), timeMs, -1, -1);
        }
      }
    }
  }

  /**
   * An order followed a visit: for each item of the visit counts what was bought of the others.
   *
   * @param viewed items of the visit
   * @param bought {@link #countedItems} of the order
   * @param timeMs time of the order in milliseconds since 1970-01-01 UTC
   */
  public void boughtAfterViewing(
      List<String> viewed, List<String> bought, long timeMs, PairSink sink) {
    for (var view : viewed) {
      sink.own(PairKind.BOUGHT_AFTER_VIEWING, view, timeMs, 1, 1);
      for (var item : bought) {
        if (!item.equals(view)) {
          sink.pair(PairKind.BOUGHT_AFTER_VIEWING, view, item, timeMs, 1, 1);
        }
      }
    }
  }

  /**
   * Items of an order that followed a visit were taken back; see {@link #returned}.
   *
   * @param viewed as given when it was placed
   * @param gone items that counted so far and count no more
   * @param whole whether nothing is left of the order
   */
  public void returnedAfterViewing(
      List<String> viewed, Set<String> gone, boolean whole, long timeMs, PairSink sink) {
    for (var view : viewed) {
      if (whole) {
        sink.own(PairKind.BOUGHT_AFTER_VIEWING, view, timeMs, -1, -1);
      }
      for (var item : gone) {
        if (!item.equals(view)) {
          sink.pair(PairKind.BOUGHT_AFTER_VIEWING, view, item, timeMs, -1, -1);
        }
      }
    }
  }

  /** The items of an order that count: the first {@value #MAX_ORDER_ITEMS} distinct ones. */
  public static List<String> countedItems(List<String> itemIds) {
    var distinct = new LinkedHashSet<String>();
    for (var itemId : itemIds) {
      if (distinct.size() == MAX_ORDER_ITEMS) {
        break;
      }
      distinct.add(itemId);
    }
    return new ArrayList<>(distinct);
  }
}
