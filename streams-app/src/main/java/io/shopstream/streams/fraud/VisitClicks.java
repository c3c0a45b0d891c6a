package io.shopstream.streams.fraud;

import java.nio.ByteBuffer;

/**
 * How many clicks a shopper's visit has had, up to {@value #MOST}, in nine bytes. A visit ends with
 * half an hour without clicks, by the times of the clicks.
 *
 * @param clicks of the visit, 1 to {@value #MOST}
 * @param lastMs time of the newest, in milliseconds since 1970-01-01 UTC
 */
record VisitClicks(int clicks, long lastMs) {

  static final int MOST = 50;
  private static final long GAP_MS = 30 * 60_000;

  /** A full visit is written anew only when its end has moved by so much. */
  private static final long COARSE_MS = 60_000;

  static VisitClicks of(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    return new VisitClicks(in.get(), in.getLong());
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(9).put((byte) clicks).putLong(lastMs).array();
  }

  /** The visit with one more click; as it was when nothing worth writing has changed. */
  static VisitClicks clicked(VisitClicks beforeOrNull, long timeMs) {
    if (beforeOrNull == null || timeMs - beforeOrNull.lastMs > GAP_MS) {
      return new VisitClicks(1, timeMs);
    }
    if (beforeOrNull.clicks == MOST && timeMs - beforeOrNull.lastMs < COARSE_MS) {
      return beforeOrNull;
    }
    return new VisitClicks(
        Math.min(MOST, beforeOrNull.clicks + 1), Math.max(timeMs, beforeOrNull.lastMs));
  }

  /** Clicks of the visit that an order at this time belongs to. */
  int before(long orderMs) {
    return orderMs - lastMs <= GAP_MS ? clicks : 0;
  }
}
