package io.shopstream.query.catalog;

import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.topics.Topic;
import io.shopstream.query.config.BackgroundThreads;
import io.shopstream.query.config.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a topic, all partitions, without a group. A compacted one from its beginning: whoever
 * holds the view can read it again; caught up once all that was there at the start has been read.
 * Of any other only what is new.
 *
 * @param <V> value of the topic
 */
public final class TopicView<V extends SpecificRecord> implements AutoCloseable {

  /**
   * Takes what the topic says.
   *
   * @param <V> value of the topic
   */
  @FunctionalInterface
  public interface Reader<V> {
    /**
     * Takes one record; called by one thread.
     *
     * @param value null when the key was deleted
     * @param appendMs when the broker took it, in milliseconds since 1970-01-01 UTC
     */
    void read(String key, @Nullable V value, long appendMs);
  }

  private static final Logger LOG = LoggerFactory.getLogger(TopicView.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaClients kafka;
  private final Topic topic;
  private final Class<V> type;
  private final Reader<V> reader;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean caughtUp;
  private volatile KafkaConsumer<byte[], byte[]> open;
  private long unreadable;

  /**
   * Starts following.
   *
   * @param reader called by one thread
   */
  public TopicView(KafkaClients kafka, Topic topic, Class<V> type, Reader<V> reader) {
    this.kafka = kafka;
    this.topic = topic;
    this.type = type;
    this.reader = reader;
    this.thread = BackgroundThreads.of(this::follow, "view-of-" + topic.name());
    thread.start();
  }

  /** Whether all that was in the topic at the start has been read. */
  public boolean caughtUp() {
    return caughtUp;
  }

  private void follow() {
    try {
      kafka.awaitTopics();
      while (!closed) {
        try (var deserializer = kafka.serdes().deserializer(type);
            var consumer =
                new KafkaConsumer<>(
                    kafka.settings(settings()),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
          open = consumer;
          read(consumer, deserializer);
        } catch (WakeupException | InterruptException e) {
          return; // closed
        } catch (RuntimeException e) {
          LOG.warn("Topic {} cannot be read now, trying again: {}", topic.name(), e.getMessage());
        } finally {
          open = null;
        }
        kafka.pauseBeforeRetry();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer, Deserializer<V> deserializer) {
    var partitions =
        consumer.partitionsFor(topic.name()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("it does not exist");
    }
    consumer.assign(partitions);
    if (topic.compacted()) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    var atStart = consumer.endOffsets(partitions);
    while (!closed) {
      for (var each : consumer.poll(POLL)) {
        take(each, deserializer);
      }
      if (!caughtUp && reached(consumer, atStart)) {
        caughtUp = true;
        LOG.info("Topic {} has been read", topic.name());
      }
    }
  }

  private static boolean reached(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    try {
      for (var end : ends.entrySet()) {
        if (consumer.position(end.getKey(), POLL) < end.getValue()) {
          return false;
        }
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> each, Deserializer<V> deserializer) {
    try {
      if (each.key() != null) {
        var value =
            each.value() == null ? null : deserializer.deserialize(topic.name(), each.value());
        reader.read(
            new String(each.key(), StandardCharsets.UTF_8), type.cast(value), each.timestamp());
      }
    } catch (RuntimeException e) {
      // A record that cannot be read is passed by. Powers of two are enough of a log.
      if (Long.bitCount(++unreadable) == 1) {
        LOG.warn(
            "{} records of topic {} could not be read so far; the last is partition {} offset {}: {}",
            unreadable,
            topic.name(),
            each.partition(),
            each.offset(),
            e.toString());
      }
    }
  }

  private Map<String, Object> settings() {
    return Map.of(
        ConsumerConfig.CLIENT_ID_CONFIG,
        "query-service-" + topic.name(),
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false,
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed",
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
        8 * 1024 * 1024,
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
        250);
  }

  @Override
  public void close() {
    closed = true;
    var consumer = open;
    if (consumer == null) {
      thread.interrupt();
    } else {
      consumer.wakeup();
    }
  }
}
