package io.shopstream.query.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.shopstream.events.ReviewQueue;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.config.KafkaConfiguration;
import io.shopstream.query.config.OpsConfiguration;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** How many orders wait for a person. */
@Singleton
final class ReviewQueueMonitor {

  /** How long the queue is. */
  record Size(long waiting, long dropped) {}

  private final StateClient state;
  private final OpsConfiguration config;
  private final List<byte[]> keys;

  private volatile Optional<Size> latest = Optional.empty();

  ReviewQueueMonitor(
      StateClient state, KafkaConfiguration kafka, OpsConfiguration config, MeterRegistry meters) {
    this.state = state;
    this.config = config;
    this.keys =
        IntStream.range(0, kafka.topicPartitions()).mapToObj(StateStore::partitionKey).toList();
    Gauge.builder(
            "shopstream.fraud.reviews.waiting.orders",
            () -> latest.map(Size::waiting).map(Long::doubleValue).orElse(Double.NaN))
        .description("Orders that wait for a person; not a number when the state is away")
        .register(meters);
    Gauge.builder(
            "shopstream.fraud.reviews.dropped.orders",
            () -> latest.map(Size::dropped).map(Long::doubleValue).orElse(Double.NaN))
        .description("Orders that left the queue unseen because it was full")
        .register(meters);
  }

  /** The last size; nothing when a part of the queue could not be read. */
  Optional<Size> latest() {
    return latest;
  }

  /** Reads the queues of all partitions; on one thread. */
  void look() throws InterruptedException {
    try {
      latest =
          size(
              state
                  .read(StateStore.FRAUD_REVIEWS, keys)
                  .get(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      latest = Optional.empty();
    }
  }

  private static Optional<Size> size(List<StateRow> rows) {
    long waiting = 0;
    long dropped = 0;
    for (var row : rows) {
      if (row instanceof StateRow.Unavailable) {
        return Optional.empty();
      }
      if (row instanceof StateRow.Found found) {
        var queue = AvroBinary.decode(found.bytes(), ReviewQueue.class);
        waiting += queue.getWaiting().size();
        dropped += queue.getDropped();
      }
    }
    return Optional.of(new Size(waiting, dropped));
  }
}
