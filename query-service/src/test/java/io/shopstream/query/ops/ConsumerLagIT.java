package io.shopstream.query.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsumerLagIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  /** One partition of a topic that no application of this test reads. */
  private static final TopicPartition PARTITION = new TopicPartition(Topics.DEAD_LETTERS.name(), 0);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private static RunningService service;

  @BeforeAll
  static void start() {
    STACK.emptyTopics(4);
    service =
        RunningService.start(STACK, "127.0.0.1:1", Map.of("shopstream.ops.lag-interval", "500ms"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void shouldTellLagInSecondsWithinATenthOfTheTruth() throws Exception {
    var stop = new AtomicBoolean();
    var publisher = new Thread(() -> publish(stop), "publisher");
    publisher.start();
    try (var consumer = consumer("lag-of-a-stopped-consumer", false)) {
      consumeFor(consumer, Duration.ofSeconds(2));
      // From here on nothing is read; what was appended after the commit waits.
      var stoppedAt = System.currentTimeMillis();
      Thread.sleep(Duration.ofSeconds(12).toMillis());
      var group = group("lag-of-a-stopped-consumer");
      var truth = (service.get("/v1/ops/lag").json().path("time_ms").asLong() - stoppedAt) / 1e3;

      assertThat(group.path("lag_seconds").asDouble()).isCloseTo(truth, within(truth / 10));
      assertThat(group.path("lag_records").asLong()).isGreaterThan(50);
      assertThat(group.path("trend").asText()).isEqualTo("growing");
      assertThat(service.get("/prometheus").text())
          .contains("shopstream_consumer_lag_seconds{group=\"lag-of-a-stopped-consumer\"")
          .contains("shopstream_consumer_lag_records{group=\"lag-of-a-stopped-consumer\"");

      stop.set(true);
      publisher.join();
      consumeFor(consumer, Duration.ofSeconds(1));
      awaitCaughtUp("lag-of-a-stopped-consumer");
    } finally {
      stop.set(true);
      publisher.join();
    }
  }

  @Test
  void shouldNotTakeTheMarkerOfATransactionForLag() throws Exception {
    try (var producer =
            new KafkaProducer<>(
                Map.<String, Object>of(
                    "bootstrap.servers", STACK.bootstrapServers(), "transactional.id", "lag-test"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var consumer = consumer("reader-of-transactions", true)) {
      var other = new TopicPartition(Topics.DEAD_LETTERS.name(), 1);
      producer.initTransactions();
      producer.beginTransaction();
      var written =
          producer
              .send(new ProducerRecord<>(other.topic(), other.partition(), null, new byte[] {1}))
              .get();
      producer.commitTransaction();
      consumer.assign(List.of(other));
      consumer.commitSync(Map.of(other, new OffsetAndMetadata(written.offset() + 1)));

      awaitCaughtUp("reader-of-transactions");
      var partition = group("reader-of-transactions").path("partitions").get(0);
      assertThat(partition.path("end_offset").asLong())
          .isGreaterThan(partition.path("committed_offset").asLong());
    }
  }

  private static void awaitCaughtUp(String group) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(group(group).isMissingNode()).isFalse();
              assertThat(group(group).path("lag_records").asLong()).isZero();
              assertThat(group(group).path("lag_seconds").asDouble()).isZero();
            });
  }

  private static JsonNode group(String name) {
    for (var group : service.get("/v1/ops/lag").json().path("groups")) {
      if (group.path("group").asText().equals(name)) {
        return group;
      }
    }
    return service.get("/v1/ops/lag").json().path("no such group");
  }

  private static void publish(AtomicBoolean stop) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      while (!stop.get()) {
        var unused =
            producer.send(
                new ProducerRecord<>(
                    PARTITION.topic(), PARTITION.partition(), null, new byte[100]));
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String group, boolean committedOnly) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            STACK.bootstrapServers(),
            "group.id",
            group,
            "enable.auto.commit",
            "false",
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            committedOnly ? "read_committed" : "read_uncommitted"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static void consumeFor(KafkaConsumer<byte[], byte[]> consumer, Duration time) {
    consumer.assign(List.of(PARTITION));
    var end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      consumer.poll(PAUSE);
    }
    consumer.commitSync();
  }
}
