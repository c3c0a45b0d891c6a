package io.shopstream.query.catalog;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.Map;
import org.reactivestreams.Publisher;

/** Ready once the local views have been read. */
@Readiness
@Singleton
final class ViewsReadiness implements HealthIndicator {

  private final LocalViews views;

  ViewsReadiness(LocalViews views) {
    this.views = views;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    var ready = views.catalogCaughtUp() && views.weightsCaughtUp();
    return Publishers.just(
        HealthResult.builder("local-views", ready ? HealthStatus.UP : HealthStatus.DOWN)
            .details(
                Map.of(
                    "catalog",
                    state(views.catalogCaughtUp()),
                    "item-popularity",
                    state(views.weightsCaughtUp())))
            .build());
  }

  private static String state(boolean caughtUp) {
    return caughtUp ? "read" : "being read";
  }
}
