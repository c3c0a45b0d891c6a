package io.shopstream.streams.profile.value;

import io.shopstream.events.LifecycleStage;
import io.shopstream.events.RfmSegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Scores of 1 to 5 for recency, frequency and money by fixed bounds, the segment that follows from
 * recency and frequency, and the stage of life. Fixed bounds and no quintiles: a score then depends
 * on the user alone, and changes only when the user does something or time passes.
 *
 * @param recencyDays most days since the last order for scores 5, 4, 3 and 2
 * @param frequency fewest orders for scores 2, 3, 4 and 5
 * @param monetaryMinor least net money for scores 2, 3, 4 and 5
 * @param newDays a customer with one order is new for so long
 * @param activeDays a customer is active for so long after an order
 * @param atRiskDays and then at risk until so long after it, and lost from then on
 */
public record Rfm(
    List<Integer> recencyDays,
    List<Integer> frequency,
    List<Long> monetaryMinor,
    int newDays,
    int activeDays,
    int atRiskDays) {

  private static final int BOUNDS = 4;
  private static final int OFTEN = 4;
  private static final int SEVERAL = 3;
  private static final int LATELY = 4;

  public Rfm {
    if (recencyDays.size() != BOUNDS
        || frequency.size() != BOUNDS
        || monetaryMinor.size() != BOUNDS) {
      throw new IllegalArgumentException("Scores of 1 to 5 take four bounds each");
    }
    if (newDays > activeDays || activeDays > atRiskDays) {
      throw new IllegalArgumentException("Days must ascend: new, active, at risk");
    }
  }

  /** 5 (lately) to 1 (long ago); 0 without an order that counts. */
  public int recencyScore(OrderHistory orders, long nowMs) {
    return sinceLast(orders, nowMs)
        .map(
            ms -> {
              int score = 5;
              for (var days : recencyDays) {
                score -= ms > days(days) ? 1 : 0;
              }
              return score;
            })
        .orElse(0);
  }

  /** 1 (once) to 5 (often); 0 without an order that counts. */
  public int frequencyScore(OrderHistory orders) {
    if (orders.frequency() <= 0) {
      return 0;
    }
    return 1 + (int) frequency.stream().filter(bound -> orders.frequency() >= bound).count();
  }

  /** 1 (little) to 5 (much); 0 without an order that counts. */
  public int monetaryScore(OrderHistory orders) {
    if (orders.frequency() <= 0) {
      return 0;
    }
    return 1 + (int) monetaryMinor.stream().filter(bound -> orders.netMinor() >= bound).count();
  }

  /** The segment as of a time. */
  public RfmSegment segment(OrderHistory orders, long nowMs) {
    var recency = recencyScore(orders, nowMs);
    var often = frequencyScore(orders);
    if (recency == 0 || often == 0) {
      return RfmSegment.NONE;
    }
    if (recency >= LATELY && often >= OFTEN) {
      return RfmSegment.CHAMPION;
    }
    if (often >= SEVERAL) {
      return recency >= 3 ? RfmSegment.LOYAL : RfmSegment.AT_RISK;
    }
    if (recency >= LATELY) {
      return often == 1 ? RfmSegment.NEW : RfmSegment.PROMISING;
    }
    return switch (recency) {
      case 3 -> RfmSegment.NEEDS_ATTENTION;
      case 2 -> RfmSegment.ABOUT_TO_SLEEP;
      default -> RfmSegment.HIBERNATING;
    };
  }

  /** The stage of life as of a time. */
  public LifecycleStage stage(OrderHistory orders, long nowMs) {
    var since = sinceLast(orders, nowMs);
    if (since.isEmpty() || orders.frequency() <= 0) {
      return LifecycleStage.VISITOR;
    }
    if (since.get() > days(atRiskDays)) {
      return LifecycleStage.LOST;
    }
    if (since.get() > days(activeDays)) {
      return LifecycleStage.AT_RISK;
    }
    return orders.frequency() == 1 && since.get() <= days(newDays)
        ? LifecycleStage.NEW
        : LifecycleStage.ACTIVE;
  }

  /** When segment or stage change next if the user does nothing; empty when they never will. */
  public Optional<Long> nextChangeMs(OrderHistory orders, long nowMs) {
    var last = orders.lastMs();
    if (last.isEmpty()) {
      return Optional.empty();
    }
    var next = Long.MAX_VALUE;
    for (var days : recencyDays) {
      next = sooner(next, last.get() + days(days) + 1, nowMs);
    }
    for (var days : List.of(newDays, activeDays, atRiskDays)) {
      next = sooner(next, last.get() + days(days) + 1, nowMs);
    }
    return next == Long.MAX_VALUE ? Optional.empty() : Optional.of(next);
  }

  private static long sooner(long next, long candidate, long nowMs) {
    return candidate > nowMs ? Math.min(next, candidate) : next;
  }

  private static Optional<Long> sinceLast(OrderHistory orders, long nowMs) {
    return orders.lastMs().map(last -> nowMs - last);
  }

  private static long days(int days) {
    return Duration.ofDays(days).toMillis();
  }
}
