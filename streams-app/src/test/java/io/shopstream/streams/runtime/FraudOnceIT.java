package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.EntityVelocity;
import io.shopstream.events.FraudScore;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process with orders under way: each is scored once, on the whole past of its parties.
 */
class FraudOnceIT {

  private static final int PARTITIONS = 3;
  private static final int ORDERS = 1_200;
  private static final int DEVICES = 20;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();
  @TempDir Path folder;

  @BeforeAll
  static void topics() {
    STACK.emptyTopics(PARTITIONS);
  }

  @Test
  void shouldScoreEachOrderOnceThroughAKill() throws Exception {
    var random = new Random(3);
    var perDevice = new HashMap<String, Long>();
    try (var app =
            new StreamsProcess(
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", STACK.bootstrapServers(),
                    "SCHEMA_REGISTRY_URL", STACK.registryUrl(),
                    "TOPIC_PARTITIONS", Integer.toString(PARTITIONS),
                    // A busy machine must not make an order incomplete.
                    "FRAUD_PARTS_TIMEOUT_MS", "60000",
                    "STATE_DIR", folder.resolve("state").toString()),
                Path.of("target", "fraud-once-it.log"));
        var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
                new StringSerializer(),
                AvroSerdes.of(STACK.registryUrl()).serializer(Order.class))) {
      app.start();
      app.awaitReady();
      for (var i = 0; i < ORDERS; i++) {
        var device = "d" + random.nextInt(DEVICES);
        perDevice.merge(device, 1L, Long::sum);
        var order = order("o" + i, "u" + random.nextInt(200), device);
        publish(producer, order);
        if (i % 9 == 0) {
          publish(producer, order);
        }
        if (i % 10 == 0) {
          Thread.sleep(10);
        }
        if (i == ORDERS / 2) {
          app.kill();
          app.start();
        }
      }
      producer.flush();

      var scores = scores();
      assertThat(scores).hasSize(ORDERS);
      assertThat(scores.values()).allSatisfy(of -> assertThat(of).hasSize(1));
      assertThat(scores.values()).allSatisfy(of -> assertThat(of.get(0).getMissing()).isEmpty());
      app.awaitReady();
      for (var device : perDevice.entrySet()) {
        assertThat(velocity(app, device.getKey()).getOrders()).isEqualTo(device.getValue());
      }
    }
  }

  private static Order order(String id, String user, String device) {
    return Order.newBuilder()
        .setOrderId(id)
        .setKind(OrderKind.PLACED)
        .setTimeMs(System.currentTimeMillis())
        .setUserId(user)
        .setDeviceId(device)
        .setLines(
            List.of(
                OrderLine.newBuilder().setItemId("i").setQuantity(1).setPriceMinor(100).build()))
        .setAmountMinor(100)
        .setCurrency("GBP")
        .build();
  }

  private static void publish(KafkaProducer<String, Order> producer, Order order) {
    var unused =
        producer.send(new ProducerRecord<>(Topics.ORDERS.name(), EventKeys.of(order), order));
  }

  private static EntityVelocity velocity(StreamsProcess app, String device) throws Exception {
    var row =
        app.read(StateStore.FRAUD_ENTITIES, List.of(StateStore.entityKey("device", device)))
            .getRows()
            .get(0)
            .getValue();
    var bytes = new byte[row.remaining()];
    row.get(bytes);
    return AvroBinary.decode(bytes, EntityVelocity.class);
  }

  /** All committed scores by order; waits until there is one for each, and a moment longer. */
  private static Map<String, List<FraudScore>> scores() {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", STACK.bootstrapServers(), "isolation.level", "read_committed"),
            new StringDeserializer(),
            AvroSerdes.of(STACK.registryUrl()).deserializer(FraudScore.class))) {
      var partitions =
          consumer.partitionsFor(Topics.FRAUD_SCORES.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var scores = new HashMap<String, List<FraudScore>>();
      var deadline = System.nanoTime() + LONGEST.toNanos();
      var polls = 0;
      while (System.nanoTime() < deadline && polls < 4) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          scores.computeIfAbsent(record.key(), id -> new ArrayList<>()).add(record.value());
        }
        polls += scores.size() >= ORDERS ? 1 : 0;
      }
      return scores;
    }
  }
}
