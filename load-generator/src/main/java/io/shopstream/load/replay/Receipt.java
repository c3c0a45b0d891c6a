package io.shopstream.load.replay;

import io.shopstream.load.datasets.ShopEvent;

/** What becomes of events that were handed to a sink; told from any thread, once an event. */
interface Receipt {

  /** The receiver has the event and will keep it. */
  void accepted();

  /**
   * The receiver will never take this event; the replay goes on without it.
   *
   * @param reason for people
   */
  void refused(ShopEvent event, String reason);

  /** The receiver could not be reached in the time allowed; the replay stops. */
  void failed(Exception cause);
}
