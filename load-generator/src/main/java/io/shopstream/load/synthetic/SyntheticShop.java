package io.shopstream.load.synthetic;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.EventReader;
import io.shopstream.load.datasets.Refusals;
import io.shopstream.load.datasets.ShopEvent;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * Made-up clicks for measurements: visits of random length by random users, many at a time, to
 * items whose popularity follows Zipf's law. The same numbers give the same clicks. It says nothing
 * about taste: items of one visit are independent of each other.
 *
 * @param clicks number of clicks, 1 or more
 * @param seed of the random numbers
 * @param users number of users, 1 or more, all equally likely
 * @param items number of items, 1 or more
 * @param skew exponent of Zipf's law, 0 or more
 * @param visitLength mean number of clicks of a visit, 1 or more; the length is geometric
 */
public record SyntheticShop(
    long clicks, long seed, int users, int items, double skew, double visitLength)
    implements Dataset {

  /** Raise it whenever the same numbers would give other clicks. */
  private static final int VERSION = 1;

  /** 2025-01-01 00:00:00 UTC. */
  private static final long START_MS = 1_735_689_600_000L;

  /** Time from one click to the next of the whole shop. */
  private static final long STEP_MS = 10;

  /**
   * Visits under way at a time. With a click every {@value #STEP_MS} ms a visitor clicks every 20 s
   * on average, so a visit has no gap of half an hour.
   */
  private static final int CONCURRENT_VISITS = 2_000;

  private static final int CLICKS_PER_CART = 8;

  public SyntheticShop {
    require(clicks >= 1, "clicks must be 1 or more");
    require(users >= 1, "users must be 1 or more");
    require(items >= 1, "items must be 1 or more");
    require(skew >= 0, "skew must be 0 or more");
    require(visitLength >= 1, "visitLength must be 1 or more");
  }

  /**
   * 300,000 users, 100,000 items with exponent 0.9, visits of 5 clicks.
   *
   * @param clicks number of clicks, 1 or more
   * @param seed of the random numbers
   */
  public static SyntheticShop of(long clicks, long seed) {
    return of(clicks, seed, 300_000, 100_000);
  }

  /**
   * So many users and items, with exponent 0.9 and visits of 5 clicks.
   *
   * @param clicks number of clicks, 1 or more
   * @param seed of the random numbers
   * @param users number of users, 1 or more
   * @param items number of items, 1 or more
   */
  public static SyntheticShop of(long clicks, long seed, int users, int items) {
    return new SyntheticShop(clicks, seed, users, items, 0.9, 5);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  @Override
  public String name() {
    return "synthetic-" + clicks + "-" + seed;
  }

  @Override
  public String fingerprint() {
    return "version:%d/%s".formatted(VERSION, this);
  }

  @Override
  public Contents contents() {
    return new Contents(clicks, 0, 0, START_MS, START_MS + (clicks - 1) * STEP_MS);
  }

  @Override
  public EventReader open(long timeShiftMs) {
    return new Reader(START_MS + timeShiftMs);
  }

  private final class Reader implements EventReader {
    private final Refusals refusals = new Refusals();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final AliasTable popularity = AliasTable.zipf(items, skew);
    private final String[] visitors = new String[CONCURRENT_VISITS];
    private final long startMs;
    private long told;

    Reader(long startMs) {
      this.startMs = startMs;
    }

    @Override
    public boolean hasNext() {
      return told < clicks;
    }

    @Override
    public ShopEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All " + clicks + " clicks are told");
      }
      var slot = random.nextInt(CONCURRENT_VISITS);
      if (visitors[slot] == null) {
        visitors[slot] = "u" + random.nextInt(users);
      }
      var visitor = visitors[slot];
      if (random.nextDouble() * visitLength < 1) {
        visitors[slot] = null;
      }
      var click =
          new Click(
              "s" + seed + "-" + told,
              random.nextInt(CLICKS_PER_CART) == 0 ? ClickType.ADD_TO_CART : ClickType.VIEW,
              startMs + told * STEP_MS,
              visitor,
              visitor,
              "i" + popularity.draw(random),
              null, // quantity
              null, // price
              null, // currency
              null, // page
              null, // referrer
              null, // search query
              null, // recommendation
              true, // consent
              null, // device
              null); // user agent
      told++;
      return new ShopEvent.Clicked(click);
    }

    @Override
    public Refusals refusals() {
      return refusals;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
