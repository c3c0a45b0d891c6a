package io.shopstream.query;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process that is asked to stop: first it says that it is not ready any more, and
 * serves on until balancers have noticed; then it takes no new request and ends those it has.
 */
@Readiness
@Singleton
final class Drain implements HealthIndicator {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(3);

  private final GracefulShutdownManager requests;
  private final Duration notice;
  private volatile boolean stopping;

  Drain(GracefulShutdownManager requests, @Value("${shopstream.drain-notice}") Duration notice) {
    this.requests = requests;
    this.notice = notice;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder("drain", stopping ? HealthStatus.DOWN : HealthStatus.UP).build());
  }

  /** Stops everything; returns when it is done. */
  void stop(ApplicationContext context) {
    stopping = true;
    try {
      Thread.sleep(notice.toMillis());
      requests
          .shutdownGracefully()
          .toCompletableFuture()
          .get(LONGEST_REQUEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("Requests that last on are broken off"); // event streams, for example
    }
    context.close();
  }
}
