package io.shopstream.streams.cooccurrence;

import io.shopstream.events.ItemPopularity;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.ForwardDecay;
import java.nio.ByteBuffer;

/**
 * How much an item is seen and bought: weights decayed slowly and fast as of one time, plain
 * counts, and what of it was published last. Publishing only what has grown by a tenth keeps a copy
 * of every item's popularity cheap: an item seen n times is published about log(n) / log(1.1)
 * times. An item that rises lately is published more often, until its fast weight is up to date
 * too; one that is seen at a steady rate about twice in a short half-life.
 *
 * @param timeMs that the weights are as of, in milliseconds since 1970-01-01 UTC
 * @param recentWeight visits and orders, decayed by the short half-life
 * @param publishedSum sum of both slow weights when last published, as of the same time
 * @param publishedRecent fast weight when last published, as of the same time
 */
record Popularity(
    long timeMs,
    double viewedWeight,
    long viewedSupport,
    double boughtWeight,
    long boughtSupport,
    double recentWeight,
    double publishedSum,
    double publishedRecent) {

  static final Popularity NONE = new Popularity(Long.MIN_VALUE, 0, 0, 0, 0, 0, 0, 0);

  /**
   * How fast weights fall.
   *
   * @param slowMs age at which a visit counts half in popularity, in milliseconds
   * @param fastMs age at which it counts half in what is going on lately, in milliseconds
   */
  record HalfLives(long slowMs, long fastMs) {}

  private static final byte VERSION = 2;
  private static final byte WITHOUT_RECENT = 1;
  private static final double WORTH_PUBLISHING = 1.1;
  private static final double RISE_WORTH_PUBLISHING = 1.25;

  /** Visits that a rise must have beyond that: few of them are chance. */
  private static final double LEAST_RISE = 3;

  /**
   * The popularity after an update whose weight is as of {@code updateMs}.
   *
   * @param weight what came; all of it goes into what is going on lately
   * @param credited what of it counts for good, see {@link RowPace}
   */
  Popularity plus(
      PairKind kind,
      long updateMs,
      double weight,
      double credited,
      int support,
      HalfLives halfLives) {
    var newest = Math.max(timeMs, updateMs);
    var isFirst = timeMs == Long.MIN_VALUE;
    var fade = isFirst ? 0 : ForwardDecay.factor(timeMs, newest, halfLives.slowMs());
    var recentFade = isFirst ? 0 : ForwardDecay.factor(timeMs, newest, halfLives.fastMs());
    var gained = credited * ForwardDecay.factor(updateMs, newest, halfLives.slowMs());
    var recentlyGained = weight * ForwardDecay.factor(updateMs, newest, halfLives.fastMs());
    var viewed = kind == PairKind.VIEWED;
    return new Popularity(
        newest,
        Math.max(0, viewedWeight * fade + (viewed ? gained : 0)),
        Math.max(0, viewedSupport + (viewed ? support : 0)),
        Math.max(0, boughtWeight * fade + (viewed ? 0 : gained)),
        Math.max(0, boughtSupport + (viewed ? 0 : support)),
        Math.max(0, recentWeight * recentFade + recentlyGained),
        publishedSum * fade,
        publishedRecent * recentFade);
  }

  /**
   * Whether it has grown by a tenth, or shrunk by as much, since it was last published; or rises.
   */
  boolean isWorthPublishing() {
    var sum = viewedWeight + boughtWeight;
    return sum >= publishedSum * WORTH_PUBLISHING
        || sum * WORTH_PUBLISHING <= publishedSum
        || recentWeight >= publishedRecent * RISE_WORTH_PUBLISHING + LEAST_RISE;
  }

  /** The same, as of now published. */
  Popularity published() {
    return new Popularity(
        timeMs,
        viewedWeight,
        viewedSupport,
        boughtWeight,
        boughtSupport,
        recentWeight,
        viewedWeight + boughtWeight,
        recentWeight);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(1 + 8 * Long.BYTES)
        .put(VERSION)
        .putLong(timeMs)
        .putDouble(viewedWeight)
        .putLong(viewedSupport)
        .putDouble(boughtWeight)
        .putLong(boughtSupport)
        .putDouble(publishedSum)
        .putDouble(recentWeight)
        .putDouble(publishedRecent)
        .array();
  }

  /** Reads what was stored; before version 2 nothing was said of what is going on lately. */
  static Popularity of(byte[] bytes) {
    if (bytes.length == 0 || (bytes[0] != VERSION && bytes[0] != WITHOUT_RECENT)) {
      throw new IllegalArgumentException(
          "Not a popularity of format version " + WITHOUT_RECENT + " or " + VERSION);
    }
    var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    var time = in.getLong();
    var viewed = in.getDouble();
    var viewedSupport = in.getLong();
    var bought = in.getDouble();
    var boughtSupport = in.getLong();
    var publishedSum = in.getDouble();
    var hasRecent = bytes[0] == VERSION;
    return new Popularity(
        time,
        viewed,
        viewedSupport,
        bought,
        boughtSupport,
        hasRecent ? in.getDouble() : 0,
        publishedSum,
        hasRecent ? in.getDouble() : 0);
  }

  ItemPopularity toRecord(String itemId, HalfLives halfLives) {
    return new ItemPopularity(
        itemId,
        timeMs,
        viewedWeight,
        viewedSupport,
        boughtWeight,
        boughtSupport,
        recentWeight,
        halfLives.slowMs(),
        halfLives.fastMs());
  }
}
