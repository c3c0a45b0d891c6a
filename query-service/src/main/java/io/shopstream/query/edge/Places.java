package io.shopstream.query.edge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** Room for the requests that are being served at once. */
@Singleton
final class Places {

  private final EdgeConfiguration config;
  private final AtomicInteger taken = new AtomicInteger();

  Places(EdgeConfiguration config, MeterRegistry meters) {
    this.config = config;
    Gauge.builder("edge.requests.active", taken, AtomicInteger::get)
        .description("Requests that are being served.")
        .register(meters);
  }

  /** Takes a place, to be left once; false when there is none. */
  boolean take() {
    if (taken.incrementAndGet() > config.maxConcurrentRequests()) {
      taken.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    taken.decrementAndGet();
  }
}
