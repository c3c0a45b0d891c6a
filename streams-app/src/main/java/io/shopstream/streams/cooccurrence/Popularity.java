package io.shopstream.streams.cooccurrence;

import io.shopstream.events.ItemPopularity;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.ForwardDecay;
import java.nio.ByteBuffer;

/**
 * How much an item is seen and bought: decayed weights as of one time, plain counts, and what of it
 * was published last. Publishing only what has grown by a tenth keeps a copy of every item's
 * popularity cheap: an item seen n times is published about log(n) / log(1.1) times.
 *
 * @param timeMs that the weights are as of, in milliseconds since 1970-01-01 UTC
 * @param publishedSum sum of both weights when last published, as of the same time
 */
record Popularity(
    long timeMs,
    double viewedWeight,
    long viewedSupport,
    double boughtWeight,
    long boughtSupport,
    double publishedSum) {

  static final Popularity NONE = new Popularity(Long.MIN_VALUE, 0, 0, 0, 0, 0);

  private static final byte VERSION = 1;
  private static final double WORTH_PUBLISHING = 1.1;

  /** The popularity after an update whose weight is as of {@code updateMs}. */
  Popularity plus(PairKind kind, long updateMs, double weight, int support, long halfLifeMs) {
    var newest = Math.max(timeMs, updateMs);
    var fade = timeMs == Long.MIN_VALUE ? 0 : ForwardDecay.factor(timeMs, newest, halfLifeMs);
    var gained = weight * ForwardDecay.factor(updateMs, newest, halfLifeMs);
    var viewed = kind == PairKind.VIEWED;
    return new Popularity(
        newest,
        Math.max(0, viewedWeight * fade + (viewed ? gained : 0)),
        Math.max(0, viewedSupport + (viewed ? support : 0)),
        Math.max(0, boughtWeight * fade + (viewed ? 0 : gained)),
        Math.max(0, boughtSupport + (viewed ? 0 : support)),
        publishedSum * fade);
  }

  /** Whether it has grown by a tenth, or shrunk by as much, since it was last published. */
  boolean isWorthPublishing() {
    var sum = viewedWeight + boughtWeight;
    return sum >= publishedSum * WORTH_PUBLISHING || sum * WORTH_PUBLISHING <= publishedSum;
  }

  /** The same, as of now published. */
  Popularity published() {
    return new Popularity(
        timeMs,
        viewedWeight,
        viewedSupport,
        boughtWeight,
        boughtSupport,
        viewedWeight + boughtWeight);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(1 + 6 * Long.BYTES)
        .put(VERSION)
        .putLong(timeMs)
        .putDouble(viewedWeight)
        .putLong(viewedSupport)
        .putDouble(boughtWeight)
        .putLong(boughtSupport)
        .putDouble(publishedSum)
        .array();
  }

  static Popularity of(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != VERSION) {
      throw new IllegalArgumentException("Not a popularity of format version " + VERSION);
    }
    var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    return new Popularity(
        in.getLong(), in.getDouble(), in.getLong(), in.getDouble(), in.getLong(), in.getDouble());
  }

  ItemPopularity toRecord(String itemId) {
    return new ItemPopularity(
        itemId, timeMs, viewedWeight, viewedSupport, boughtWeight, boughtSupport);
  }
}
