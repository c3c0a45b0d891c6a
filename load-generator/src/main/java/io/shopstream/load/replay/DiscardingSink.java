package io.shopstream.load.replay;

import io.shopstream.load.datasets.ShopEvent;

/** Publishes nothing: the dry run reads and judges everything and leaves no trace. */
final class DiscardingSink implements EventSink {

  @Override
  public String target() {
    return "dry-run";
  }

  @Override
  public void send(ShopEvent event, Receipt receipt) {
    receipt.accepted();
  }

  @Override
  public void flush() {
    // Nothing is held back.
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
