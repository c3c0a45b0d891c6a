package io.shopstream.query.ops.lag;

import java.util.ArrayDeque;

/**
 * How fast a total grows, over the last seconds. A total that falls was begun anew (its process
 * started again), and what it shows then has come since.
 */
public final class CounterRate {

  private static final int MOST_VALUES = 64;

  private record Value(long timeMs, long total) {}

  private final ArrayDeque<Value> values = new ArrayDeque<>();
  private final long windowMs;
  private long before;
  private long last;

  /**
   * @param windowMs how far it looks back, in milliseconds
   */
  public CounterRate(long windowMs) {
    this.windowMs = windowMs;
  }

  /** The total at a time; a time that was there already changes nothing. */
  public void add(long timeMs, long total) {
    if (!values.isEmpty() && timeMs <= values.peekLast().timeMs()) {
      return;
    }
    if (total < last) {
      before += last;
    }
    last = total;
    values.addLast(new Value(timeMs, before + total));
    while (values.size() > MOST_VALUES
        || (values.size() > 2 && timeMs - values.peekFirst().timeMs() > windowMs)) {
      values.removeFirst();
    }
  }

  /** Growth a second; 0 as long as there are no two values. */
  public double perSecond() {
    if (values.size() < 2) {
      return 0;
    }
    var first = values.peekFirst();
    var newest = values.peekLast();
    return (newest.total() - first.total()) * 1e3 / (newest.timeMs() - first.timeMs());
  }

  /** When the newest value was, in milliseconds since 1970-01-01 UTC; 0 without one. */
  public long newestMs() {
    return values.isEmpty() ? 0 : values.peekLast().timeMs();
  }
}
