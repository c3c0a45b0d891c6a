package io.shopstream.query.ops.lag;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * When the log of one partition reached which offset: points from looking at its end now and then,
 * and from records that were read. Between two points time is interpolated. The points are bounded;
 * when there are too many, every other one is dropped, the newest kept.
 */
public final class OffsetTimes {

  private static final int MOST_POINTS = 1_024;

  /** For each end offset, when it was seen first and last. */
  private record Seen(double firstMs, double lastMs) {}

  /**
   * When the record at an offset was appended.
   *
   * @param timeMs milliseconds since 1970-01-01 UTC
   * @param uncertaintyMs at most so much earlier or later
   */
  public record Appended(double timeMs, double uncertaintyMs) {}

  private final TreeMap<Long, Seen> seenByEnd = new TreeMap<>();

  /** The log ended at this offset at this time: the record before it had been appended. */
  public void ended(long endOffset, long timeMs) {
    seenByEnd.merge(
        endOffset,
        new Seen(timeMs, timeMs),
        (a, b) -> new Seen(Math.min(a.firstMs, b.firstMs), Math.max(a.lastMs, b.lastMs)));
    thinOut();
  }

  /** The record at this offset was appended at this time. */
  public void appended(long offset, long timeMs) {
    // Just before it the log ended there, and after it one further.
    ended(offset, timeMs);
    ended(offset + 1, timeMs);
  }

  /** Forgets what lies before this offset; nobody will ask for it. */
  public void forgetBefore(long offset) {
    var floor = seenByEnd.floorKey(offset);
    if (floor != null) {
      seenByEnd.headMap(floor, false).clear();
    }
  }

  /** When the record at an offset was appended; nothing when no two points surround it. */
  public Optional<Appended> timeOf(long offset) {
    var before = seenByEnd.floorEntry(offset);
    var after = seenByEnd.higherEntry(offset);
    if (before == null || after == null) {
      return Optional.empty();
    }
    return Optional.of(between(before, after, offset));
  }

  private static Appended between(
      Map.Entry<Long, Seen> before, Map.Entry<Long, Seen> after, long offset) {
    // It came after the log was last seen to end before it, and not after it was seen behind it.
    var from = before.getValue().lastMs();
    var to = Math.max(from, after.getValue().firstMs());
    var share = (offset - before.getKey() + 0.5) / (double) (after.getKey() - before.getKey());
    return new Appended(from + share * (to - from), (to - from) / 2);
  }

  private void thinOut() {
    if (seenByEnd.size() <= MOST_POINTS) {
      return;
    }
    var newest = seenByEnd.lastKey();
    var keep = new boolean[] {true};
    seenByEnd
        .keySet()
        .removeIf(
            end -> {
              keep[0] = !keep[0];
              return keep[0] && !end.equals(newest);
            });
  }

  int points() {
    return seenByEnd.size();
  }
}
