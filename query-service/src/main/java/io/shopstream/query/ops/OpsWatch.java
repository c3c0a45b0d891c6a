package io.shopstream.query.ops;

import io.micronaut.context.annotation.Context;
import io.shopstream.query.config.BackgroundThreads;
import io.shopstream.query.config.OpsConfiguration;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at everything that ops watch, one thing after the other on one thread, so that asking costs
 * nothing and a slow broker is never asked twice at a time.
 */
@Context
final class OpsWatch {

  private static final Logger LOG = LoggerFactory.getLogger(OpsWatch.class);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final InstanceMonitor instances;
  private final LagMonitor lag;
  private final TopicMonitor topics;
  private final ReviewQueueMonitor reviews;
  private final DeadLetterMonitor deadLetters;
  private final OpsConfiguration config;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> BackgroundThreads.of(task, "ops-watch"));
  private boolean failing;

  OpsWatch(
      InstanceMonitor instances,
      LagMonitor lag,
      TopicMonitor topics,
      ReviewQueueMonitor reviews,
      DeadLetterMonitor deadLetters,
      OpsConfiguration config) {
    this.instances = instances;
    this.lag = lag;
    this.topics = topics;
    this.reviews = reviews;
    this.deadLetters = deadLetters;
    this.config = config;
  }

  @PostConstruct
  void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::look, 0, config.lagInterval().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      // First where the consumers read, then where the topics end: never the other way round.
      instances.look();
      reviews.look();
      var seen = lag.look(instances.positions(), topics.partitions());
      topics.look(seen);
      deadLetters.look(seen);
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn("Consumer lag cannot be told: {}", e.getMessage());
      }
    }
  }

  @PreDestroy
  void stop() throws InterruptedException {
    timer.shutdownNow();
    if (timer.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
      lag.close();
      deadLetters.close();
    }
  }
}
