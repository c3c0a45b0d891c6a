package io.shopstream.query.collector;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;

/** Ready once Kafka and the registry have answered. */
@Readiness
@Singleton
final class CollectorReadiness implements HealthIndicator {

  private final EventPublisher publisher;

  CollectorReadiness(EventPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(HealthResult.builder("collector", publisher.status()).build());
  }
}
