package io.shopstream.streams.cooccurrence;

import static io.shopstream.events.state.NeighbourRowLayout.PACE_FIRST;
import static io.shopstream.events.state.NeighbourRowLayout.PACE_OWN;
import static io.shopstream.events.state.NeighbourRowLayout.PACE_RECENT;
import static io.shopstream.events.state.NeighbourRowLayout.PACE_RECENT_TIME;
import static io.shopstream.events.state.NeighbourRowLayout.PACE_USED;
import static io.shopstream.events.state.NeighbourRowLayout.getInt;
import static io.shopstream.events.state.NeighbourRowLayout.putInt;

import io.shopstream.events.state.ForwardDecay;
import java.time.Duration;

/**
 * How fast a row may learn. Clicks cost nothing, so a hundred visitors can make any two items
 * co-occur as often as they like within the hour; but they cannot have come every day for months.
 * Each neighbour therefore has a leaky bucket. It leaks at {@code timesUsual} times the pace at
 * which the item itself is visited. The first bucketful counts in full, what comes faster does not
 * count, and what comes {@code suspicious} times as fast is taken for a burst: what the bucket
 * still holds is taken back, little by little, until nothing of the burst has counted at {@code
 * nothing} bucketfuls. What has leaked out is never taken back. A bucketful is one visit, or what
 * leaks in {@code window} if that is more. The item's own visits have such a bucket, too. Support
 * counts every visit.
 *
 * <p>The usual pace is that of the last days. It is counted from visits that went into the item's
 * own bucket, so it follows a true rise within days, and a burst of an hour moves it by an hour's
 * worth. A new item is as old as its first visit, so that its pace is known within minutes.
 *
 * <p>A bucket takes four bytes: time since 2000 in steps of two minutes (24 bits), how full it is
 * (4 bits, in halves of a bucketful), what of that has counted (4 bits, in eighths).
 *
 * <p>The pace of one row at a time; not safe for use by several threads.
 */
final class RowPace {

  /**
   * What is allowed.
   *
   * @param timesUsual how much faster than usual evidence may come, above 0
   * @param memory half-life of the visits that tell what is usual
   * @param window over which what is allowed may be saved up, and the least age of an item
   * @param suspicious bucketfuls from which on a burst loses what it had, 1 or more
   * @param nothing bucketfuls at which it has lost all, above {@code suspicious} and at most 7
   */
  record Limits(
      double timesUsual, Duration memory, Duration window, double suspicious, double nothing) {
    /** What serves unless told otherwise. */
    static final Limits DEFAULT = new Limits(24, Duration.ofDays(3), Duration.ofMinutes(10), 3, 6);

    Limits {
      if (!(timesUsual > 0)
          || memory.toMinutes() < 1
          || window.toMinutes() < 1
          || !(suspicious >= 1 && nothing > suspicious && nothing <= 7)) {
        throw new IllegalArgumentException(
            "Not a limit of a pace: %s, %s, %s, %s, %s"
                .formatted(timesUsual, memory, window, suspicious, nothing));
      }
    }
  }

  private static final long YEAR_2000_MS = 946_684_800_000L;

  /** Time in a bucket, in seconds. 24 bits of it reach to 2063, from when on time stands still. */
  private static final int TICK_S = 120;

  private static final long MOST_SECONDS = (long) TICK_S * ((1 << 24) - 1);

  private static final double LN_2 = Math.log(2);
  private static final double FULL_STEPS = 2;
  private static final double COUNTED_STEPS = 8;
  private static final int MOST_STEPS = 15;

  private final Limits limits;
  private final long memoryS;
  private final double meanMemoryS;
  private final double windowS;

  private int nowS;
  private int firstS;
  private double recent;
  private int recentS;
  private int ownBucket;
  private int usedS;
  // Of all buckets of the row: visits that fill one, seconds in which a full one leaks empty.
  private double bucketful;
  private double leakS;
  private int bucket;

  RowPace(Limits limits) {
    this.limits = limits;
    memoryS = limits.memory().toSeconds();
    meanMemoryS = memoryS / LN_2;
    windowS = limits.window().toSeconds();
  }

  /** Takes up a row that has no pace yet, at an event time in ms since 1970. */
  void begin(long timeMs) {
    nowS = seconds(timeMs);
    firstS = nowS;
    recent = 0;
    recentS = nowS;
    ownBucket = 0;
    usedS = 0;
    setPace();
  }

  /** Takes up a row whose pace begins at an offset, at an event time in ms since 1970. */
  void begin(byte[] row, int offset, long timeMs) {
    nowS = seconds(timeMs);
    firstS = Math.min(nowS, getInt(row, offset + PACE_FIRST));
    recent = Float.intBitsToFloat(getInt(row, offset + PACE_RECENT));
    recentS = getInt(row, offset + PACE_RECENT_TIME);
    ownBucket = getInt(row, offset + PACE_OWN);
    usedS = getInt(row, offset + PACE_USED);
    setPace();
  }

  private void setPace() {
    double age = Math.min(Math.max(windowS, nowS - firstS), meanMemoryS);
    double visits = recent * ForwardDecay.factor(recentS, nowS, memoryS) + 1;
    double secondsAVisit = age / (limits.timesUsual() * visits);
    leakS = Math.max(secondsAVisit, windowS);
    bucketful = leakS / secondsAVisit;
  }

  /**
   * How much the item's own visits count.
   *
   * @param visits above 0
   * @return 1 if in full, less if they come too fast, below 0 if earlier ones are taken back
   */
  double creditOwn(int visits) {
    // The pace grows by what a bucket lets through that is filled by nothing else.
    int from = Math.max(usedS, nowS - (int) windowS);
    double through = Math.min(visits, Math.max(0, 1 + ((double) nowS - from) * bucketful / leakS));
    usedS = (int) (from + through * leakS / bucketful);
    double credit = credit(ownBucket, visits);
    ownBucket = bucket;
    if (nowS > recentS) {
      recent *= ForwardDecay.factor(recentS, nowS, memoryS);
      recentS = nowS;
    }
    recent += through;
    return credit;
  }

  /** How much of one more visit of the item would count, 0 to 1; takes nothing. */
  double levelOwn() {
    return Math.max(0, 1 - full(ownBucket));
  }

  /**
   * How much visits with one neighbour count; see {@link #creditOwn}. Its bucket afterwards is
   * {@link #bucket}.
   *
   * @param before its bucket, 0 for a newcomer
   * @param visits above 0
   */
  double credit(int before, int visits) {
    double full = full(before);
    double counted = Math.min(full, (before & MOST_STEPS) / COUNTED_STEPS);
    double more = visits / bucketful;
    double gained = Math.min(more, Math.max(0, 1 - full));
    full += more;
    double allowed = 1 - (full - limits.suspicious()) / (limits.nothing() - limits.suspicious());
    double after = Math.min(counted + gained, Math.max(0, Math.min(1, allowed)));
    // What has leaked out meanwhile counts for good, so this is not less than zero in the end.
    double net = Math.max(-counted, after - counted);
    bucket =
        (nowS / TICK_S) << 8
            | (int) Math.min(MOST_STEPS, Math.round(full * FULL_STEPS)) << 4
            | (int) Math.min(MOST_STEPS, Math.round(after * COUNTED_STEPS));
    return net / more;
  }

  private double full(int bucketBefore) {
    double sinceS = Math.max(0, nowS - (double) TICK_S * (bucketBefore >>> 8));
    return Math.max(0, (bucketBefore >>> 4 & MOST_STEPS) / FULL_STEPS - sinceS / leakS);
  }

  /** Whether nothing is left in a bucket by now: then it is as good as one that never was used. */
  boolean isEmpty(int bucket) {
    return full(bucket) == 0;
  }

  /** The bucket that was asked for last, as it is now. */
  int bucket() {
    return bucket;
  }

  /** Writes the pace of the row without that of its neighbours. */
  void write(byte[] row, int offset) {
    putInt(row, offset + PACE_FIRST, firstS);
    putInt(row, offset + PACE_RECENT, Float.floatToRawIntBits((float) recent));
    putInt(row, offset + PACE_RECENT_TIME, recentS);
    putInt(row, offset + PACE_OWN, ownBucket);
    putInt(row, offset + PACE_USED, usedS);
  }

  private static int seconds(long timeMs) {
    return (int) Math.max(0, Math.min(MOST_SECONDS, (timeMs - YEAR_2000_MS) / 1000));
  }
}
