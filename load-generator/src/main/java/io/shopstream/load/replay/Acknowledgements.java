package io.shopstream.load.replay;

import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds how far a replay has got: the number of events from its beginning that are all settled
 * (accepted or refused), although the answers come in any order. Events are counted in groups, so
 * it costs a counter an event and no memory an event.
 *
 * <p>{@link #register} and {@link #settled} belong to the one thread that reads the data set; the
 * receipts may be used from any thread.
 */
final class Acknowledgements {

  private static final int GROUP = 1_024;

  private final ArrayDeque<Group> open = new ArrayDeque<>();
  private final AtomicLong refusedClicks = new AtomicLong();
  private final AtomicLong refusedOrders = new AtomicLong();
  private final AtomicLong refusedItems = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final AtomicReference<String> lastRefusal = new AtomicReference<>("");
  private long settledGroups;

  /** Counts the next event and returns whom to tell what became of it. */
  Receipt register() {
    var group = open.peekLast();
    if (group == null || group.registered == GROUP) {
      group = new Group();
      open.addLast(group);
    }
    group.registered++;
    return group;
  }

  /** Number of events, from the first, that are settled without a gap. */
  long settled() {
    var group = open.peekFirst();
    while (group != null && group.registered == GROUP && group.settled.get() == GROUP) {
      open.removeFirst();
      settledGroups++;
      group = open.peekFirst();
    }
    var rest = 0;
    if (group != null && group.settled.get() == group.registered) {
      rest = group.registered;
    }
    return settledGroups * GROUP + rest;
  }

  /** Number of clicks that the receiver would not take. */
  long refusedClicks() {
    return refusedClicks.get();
  }

  /** Number of orders that the receiver would not take. */
  long refusedOrders() {
    return refusedOrders.get();
  }

  /** Number of catalogue items that the receiver would not take. */
  long refusedItems() {
    return refusedItems.get();
  }

  /** Number of events of all kinds that the receiver would not take. */
  long refused() {
    return refusedClicks() + refusedOrders() + refusedItems();
  }

  /** Why the newest of them was refused; empty when none was. */
  String lastRefusal() {
    return lastRefusal.get();
  }

  /**
   * Returns unless an event could not be delivered.
   *
   * @throws DeliveryException with the first such failure
   */
  void check() throws DeliveryException {
    var cause = failure.get();
    if (cause != null) {
      throw new DeliveryException(cause.getMessage(), cause);
    }
  }

  /** An event could not be delivered in the time allowed. */
  static final class DeliveryException extends Exception {
    DeliveryException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final class Group implements Receipt {
    private final AtomicInteger settled = new AtomicInteger();
    private int registered;

    @Override
    public void accepted() {
      settled.incrementAndGet();
    }

    @Override
    public void refused(ShopEvent event, String reason) {
      lastRefusal.set(reason);
      if (event instanceof Clicked) {
        refusedClicks.incrementAndGet();
      } else if (event instanceof Ordered) {
        refusedOrders.incrementAndGet();
      } else {
        refusedItems.incrementAndGet();
      }
      settled.incrementAndGet();
    }

    @Override
    public void failed(Exception cause) {
      failure.compareAndSet(null, cause);
    }
  }
}
