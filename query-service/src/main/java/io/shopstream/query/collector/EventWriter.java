package io.shopstream.query.collector;

import io.shopstream.events.topics.Topic;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.problem.ProblemException;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;

/** Lets other rooms write events that are made here, with the guarantees of the collector. */
@Singleton
public final class EventWriter {

  private final EventPublisher publisher;
  private final CollectorConfiguration config;

  EventWriter(EventPublisher publisher, CollectorConfiguration config) {
    this.publisher = publisher;
    this.config = config;
  }

  /** Completes when Kafka has the event for good; fails with a 503 when it does not take it. */
  public CompletableFuture<Void> write(Topic topic, String key, SpecificRecord event) {
    var written = new CompletableFuture<Void>();
    publisher.publish(
        topic,
        key,
        event,
        failure -> {
          if (failure == null) {
            written.complete(null);
          } else {
            written.completeExceptionally(
                ProblemException.unavailable(
                    "Kafka did not take the event; send it again.", config.retryAfter()));
          }
        });
    return written;
  }
}
