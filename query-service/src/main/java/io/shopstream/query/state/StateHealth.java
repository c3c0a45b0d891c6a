package io.shopstream.query.state;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Says whether the state can be reached. Always up: without it the service still takes events, and
 * taking it out of the balancer would help nobody.
 */
@Readiness
@Singleton
final class StateHealth implements HealthIndicator {

  private final HttpStateClient client;

  StateHealth(HttpStateClient client) {
    this.client = client;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder("state", HealthStatus.UP)
            .details(Map.of("reachable", client.reachable()))
            .build());
  }
}
