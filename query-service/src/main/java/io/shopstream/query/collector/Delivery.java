package io.shopstream.query.collector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Waits for Kafka's acknowledgement of the events of one request. */
final class Delivery {

  /** An event that Kafka did not acknowledge. */
  record Failure(int index, Exception cause) {}

  private final CompletableFuture<List<Failure>> done = new CompletableFuture<>();
  private final List<Failure> failures = new ArrayList<>();
  private int pending;

  /**
   * Expects so many acknowledgements.
   *
   * @param expected 1 or more
   */
  Delivery(int expected) {
    pending = expected;
  }

  /** The callback of one event. */
  Consumer<Exception> of(int index) {
    return failure -> acknowledged(index, failure);
  }

  private void acknowledged(int index, Exception failure) {
    List<Failure> all = null;
    synchronized (this) {
      if (failure != null) {
        failures.add(new Failure(index, failure));
      }
      if (--pending == 0) {
        all = List.copyOf(failures);
      }
    }
    if (all != null) {
      done.complete(all);
    }
  }

  /** Completes when all have been answered, with those that failed. */
  CompletableFuture<List<Failure>> done() {
    return done;
  }
}
