package io.shopstream.load.replay;

import io.shopstream.load.datasets.ShopEvent;

/** Where a replay goes. Events of one key are kept in the order in which they were handed over. */
interface EventSink extends AutoCloseable {

  /** Identity of what holds the events: a new broker with empty topics is another target. */
  String target();

  /** Hands an event over; may wait while the receiver is behind. */
  void send(ShopEvent event, Receipt receipt) throws InterruptedException;

  /** Sends what was handed over and is still held back to fill a batch. */
  void flush() throws InterruptedException;

  @Override
  void close();
}
