package io.shopstream.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsumerLagIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final String GROUP = "lag-test";
  private static final TopicPartition PAIRS = new TopicPartition(Topics.ITEM_PAIRS.name(), 1);

  @BeforeAll
  static void topics() {
    STACK.emptyTopics(2);
  }

  @Test
  void shouldCountRecordsNotTheMarksOfTransactions() throws Exception {
    writeTransactions(3);
    try (var lag = new ConsumerLag(STACK.bootstrapServers())) {
      commit(0);
      assertThat(lag.records(GROUP)).isEqualTo(3);
      // Each transaction takes two offsets. What is left behind 5 is the last one's mark.
      commit(2);
      assertThat(lag.records(GROUP)).isEqualTo(2);
      commit(5);
      assertThat(lag.records(GROUP)).isZero();
      commit(6);
      assertThat(lag.records(GROUP)).isZero();
    }
  }

  private static void writeTransactions(int count) throws Exception {
    Map<String, Object> client =
        Map.of("bootstrap.servers", STACK.bootstrapServers(), "transactional.id", GROUP);
    try (var producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      for (var one = 0; one < count; one++) {
        producer.beginTransaction();
        var record = new ProducerRecord<byte[], byte[]>(PAIRS.topic(), 1, null, new byte[10]);
        producer.send(record).get();
        producer.commitTransaction();
      }
    }
  }

  private static void commit(long offset) {
    Map<String, Object> client =
        Map.of("bootstrap.servers", STACK.bootstrapServers(), "group.id", GROUP);
    try (var consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(PAIRS));
      consumer.commitSync(Map.of(PAIRS, new OffsetAndMetadata(offset)), Duration.ofSeconds(20));
    }
  }
}
