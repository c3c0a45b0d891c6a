package io.shopstream.streams.runtime;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.AbstractHealthIndicator;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ready when every application runs. Says of each whether it is starting, restoring, rebalancing or
 * running, and how much is left to restore, so that ops can tell a slow start from a stuck one.
 */
@Singleton
@Readiness
final class ApplicationsReadiness extends AbstractHealthIndicator<Map<String, Object>> {

  private final StreamsRuntime runtime;

  ApplicationsReadiness(StreamsRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  protected Map<String, Object> getHealthInformation() {
    var applications = runtime.applications();
    var details = new TreeMap<String, Object>();
    var ready = !applications.isEmpty() && !runtime.isStopping();
    for (var application : applications) {
      var phase = application.phase();
      ready &= phase == RunningApplication.Phase.RUNNING;
      details.put(
          application.applicationId(),
          Map.of(
              "phase", phase.name().toLowerCase(Locale.ROOT),
              "records_to_restore", application.recordsToRestore(),
              "restored_records", application.restoredRecords()));
    }
    healthStatus = ready ? HealthStatus.UP : HealthStatus.DOWN;
    return details;
  }

  @Override
  protected String getName() {
    return "applications";
  }
}
