package io.shopstream.streams.fraud;

import io.shopstream.events.ReviewCase;
import io.shopstream.events.ReviewQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;

/** The orders of one partition that wait for a person, oldest first, bounded. */
final class ReviewCases {

  /** Cases of one partition; the oldest leave when one more comes. */
  static final int MOST = 200;

  private final ArrayDeque<ReviewCase> waiting = new ArrayDeque<>();
  private long dropped;

  static ReviewCases of(ReviewQueue queue) {
    var cases = new ReviewCases();
    cases.waiting.addAll(queue.getWaiting());
    cases.dropped = queue.getDropped();
    return cases;
  }

  void add(ReviewCase one) {
    if (waiting.size() == MOST) {
      waiting.removeFirst();
      dropped++;
    }
    waiting.addLast(one);
  }

  /** Whether the order was waiting; it is no more. */
  boolean remove(String orderId) {
    return waiting.removeIf(one -> one.getOrderId().equals(orderId));
  }

  ReviewQueue toQueue() {
    return new ReviewQueue(new ArrayList<>(waiting), dropped);
  }
}
