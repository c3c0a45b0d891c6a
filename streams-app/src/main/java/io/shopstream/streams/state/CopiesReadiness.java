package io.shopstream.streams.state;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.AbstractHealthIndicator;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.shopstream.streams.runtime.StreamsRuntime;
import io.shopstream.streams.state.LocalCopies.Completeness;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ready when each copy of a partition that was given to this instance has had everything once: only
 * then is another instance spared if it stops. An instance that makes a copy anew goes on to answer
 * from the others; it only says that the next one has to wait.
 */
@Singleton
@Readiness
final class CopiesReadiness extends AbstractHealthIndicator<Map<String, Object>> {

  private final StreamsRuntime runtime;
  private final LocalCopies copies;

  CopiesReadiness(StreamsRuntime runtime, LocalCopies copies) {
    this.runtime = runtime;
    this.copies = copies;
  }

  @Override
  protected Map<String, Object> getHealthInformation() {
    var details = new TreeMap<String, Object>();
    var ready = true;
    for (var application : runtime.applications()) {
      var seen = copies.completeness(application);
      ready &= seen.map(Completeness::incomplete).orElse(1) == 0;
      details.put(
          application.applicationId(),
          Map.of(
              "copies", seen.map(Completeness::copies).orElse(0),
              "incomplete_copies", seen.map(Completeness::incomplete).orElse(0)));
    }
    healthStatus = ready ? HealthStatus.UP : HealthStatus.DOWN;
    return details;
  }

  @Override
  protected String getName() {
    return "copies";
  }
}
