package io.shopstream.bench.fraud.live;

import io.shopstream.events.FraudDecision;
import io.shopstream.events.FraudScore;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads committed scores as the shop would, and takes the time from when an order was due to be
 * sent. Also notices what is scored twice.
 */
final class ScoreWatch implements AutoCloseable {

  private final Map<String, Long> dueNanos = new ConcurrentHashMap<>();
  private final Map<String, FraudDecision> decisions = new ConcurrentHashMap<>();
  private final Histogram latencyMicros = new Histogram(120_000_000L, 3);
  private final SortedMap<Long, Long> worstMicros = new ConcurrentSkipListMap<>();
  private final KafkaConsumer<String, FraudScore> consumer;
  private final Thread thread;
  private volatile boolean measuring;
  private final AtomicLong twice = new AtomicLong();

  ScoreWatch(String bootstrapServers, String registryUrl) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            AvroSerdes.of(registryUrl).deserializer(FraudScore.class));
    var partitions =
        consumer.partitionsFor(Topics.FRAUD_SCORES.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = new Thread(this::read, "scores");
    thread.setDaemon(true);
    thread.start();
  }

  /** An order is due now or was a moment ago. */
  void due(String orderId, long nanos) {
    dueNanos.put(orderId, nanos);
  }

  /** Latencies count from now on. */
  void measure() {
    measuring = true;
  }

  private void read() {
    try {
      while (true) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          take(record.key(), record.value().getDecision());
        }
      }
    } catch (WakeupException e) {
      consumer.close();
    }
  }

  private void take(String orderId, FraudDecision decision) {
    if (decisions.putIfAbsent(orderId, decision) != null) {
      twice.incrementAndGet();
      return;
    }
    var due = dueNanos.remove(orderId);
    if (measuring && due != null) {
      var micros = Math.min(120_000_000L, Math.max(0, (System.nanoTime() - due) / 1_000));
      latencyMicros.recordValue(micros);
      worstMicros.merge(System.currentTimeMillis() / 1_000, micros, Math::max);
    }
  }

  /** What was decided, by order. */
  Map<String, FraudDecision> decisions() {
    return decisions;
  }

  /** Orders that were scored more than once. */
  long twice() {
    return twice.get();
  }

  double millis(double percentile) {
    return latencyMicros.getValueAtPercentile(percentile) / 1_000.0;
  }

  /** Seconds (since 1970) in which an order took longer than this, and the worst, in ms. */
  SortedMap<Long, Double> secondsAbove(double millis) {
    var above = new TreeMap<Long, Double>();
    worstMicros.forEach(
        (second, micros) -> {
          if (micros > 1_000 * millis) {
            above.put(second, micros / 1_000.0);
          }
        });
    return above;
  }

  long measured() {
    return latencyMicros.getTotalCount();
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
