package io.shopstream.streams.fraud;

import io.shopstream.events.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many parts of orders wait in Kafka to be taken by any instance of the application, asked
 * twice a second. Until there is an answer it is taken to lag.
 */
public final class ConsumerLag implements Lag, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLag.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Map<String, Object> clientSettings;
  private final String group;
  private final long mostRecords;
  private final ScheduledExecutorService asker;
  private Admin admin;
  private volatile boolean lagging = true;

  /**
   * Starts asking.
   *
   * @param group the application's
   * @param mostRecords parts that may wait before it counts as lagging
   */
  public ConsumerLag(Map<String, Object> clientSettings, String group, long mostRecords) {
    this.clientSettings = Map.copyOf(clientSettings);
    this.group = group;
    this.mostRecords = mostRecords;
    asker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, "fraud-lag");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        asker.scheduleWithFixedDelay(this::ask, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public boolean lagging() {
    return lagging;
  }

  private void ask() {
    try {
      lagging = waitingRecords() > mostRecords;
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      lagging = true;
      LOG.debug("The lag of {} is not known now: {}", group, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long waitingRecords() throws ExecutionException, InterruptedException, TimeoutException {
    if (admin == null) {
      admin = Admin.create(new HashMap<>(clientSettings));
    }
    var timeoutMs = TIMEOUT.toMillis();
    var taken =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(timeoutMs, TimeUnit.MILLISECONDS);
    var ends = new HashMap<TopicPartition, OffsetSpec>();
    taken.keySet().stream()
        .filter(at -> at.topic().equals(Topics.FRAUD_PARTS.name()))
        .forEach(at -> ends.put(at, OffsetSpec.latest()));
    var waiting = 0L;
    for (var end : admin.listOffsets(ends).all().get(timeoutMs, TimeUnit.MILLISECONDS).entrySet()) {
      var at = taken.get(end.getKey());
      waiting += at == null ? 0 : Math.max(0, end.getValue().offset() - at.offset());
    }
    return waiting;
  }

  @Override
  public void close() {
    asker.shutdownNow();
    try {
      // The admin belongs to the asking thread until it has stopped.
      if (asker.awaitTermination(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) && admin != null) {
        admin.close(TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
