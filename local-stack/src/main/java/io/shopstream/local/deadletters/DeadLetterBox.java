package io.shopstream.local.deadletters;

import io.shopstream.events.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The dead letters of a cluster. */
final class DeadLetterBox {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final int MOST_UNDER_WAY = 1_000;

  private final Map<String, Object> client;

  /**
   * @param client properties of a Kafka client, with {@code bootstrap.servers}
   */
  DeadLetterBox(Map<String, Object> client) {
    this.client = Map.copyOf(client);
  }

  /**
   * Reads what lies there now, partition by partition, oldest first.
   *
   * @param since only what was put there at that time or later
   * @throws IllegalStateException when the brokers do not answer
   */
  void read(Optional<Instant> since, Consumer<DeadLetter> reader) {
    try (var consumer = consumer()) {
      var partitions =
          consumer.partitionsFor(Topics.DEAD_LETTERS.name()).stream()
              .map(one -> new TopicPartition(one.topic(), one.partition()))
              .toList();
      var ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      since.ifPresent(time -> seek(consumer, partitions, time, ends));
      var heardNanos = System.nanoTime();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        var records = consumer.poll(POLL);
        for (var record : records) {
          var at = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.get(at)) {
            reader.accept(DeadLetter.of(record));
          }
        }
        if (!records.isEmpty()) {
          heardNanos = System.nanoTime();
        } else if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
          throw new IllegalStateException(
              "The brokers send nothing for " + SILENCE.toSeconds() + " s; try again");
        }
      }
    }
  }

  private static void seek(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Instant time,
      Map<TopicPartition, Long> ends) {
    var times = new HashMap<TopicPartition, Long>();
    partitions.forEach(one -> times.put(one, time.toEpochMilli()));
    consumer
        .offsetsForTimes(times)
        .forEach(
            (one, found) -> consumer.seek(one, found == null ? ends.get(one) : found.offset()));
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    var config = new HashMap<>(client);
    // What a transaction took back is no dead letter: its record is read again.
    config.put("isolation.level", "read_committed");
    config.put("enable.auto.commit", false);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Publishes records as they came to the topics that they came from; returns when all are
   * acknowledged.
   *
   * @return how many
   * @throws IllegalStateException when one is not
   */
  int replay(Collection<DeadLetter> letters) {
    var config = new HashMap<>(client);
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.put("max.request.size", 2 * 1024 * 1024);
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      var underWay = new ArrayList<Future<RecordMetadata>>();
      for (var letter : letters) {
        underWay.add(producer.send(letter.again()));
        if (underWay.size() == MOST_UNDER_WAY) {
          await(underWay);
        }
      }
      await(underWay);
      return letters.size();
    }
  }

  private static void await(List<Future<RecordMetadata>> underWay) {
    try {
      for (var one : underWay) {
        one.get();
      }
      underWay.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted; some records may have been sent", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "A record was refused: "
              + e.getCause().getMessage()
              + ". Those before it were sent; sending them again does no harm, since an event with a"
              + " known id counts nothing.",
          e);
    }
  }
}
