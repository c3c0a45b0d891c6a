package io.shopstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.IdentityLink;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaStackIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  @BeforeEach
  void emptyTopics() {
    STACK.emptyTopics(3);
  }

  @Test
  void shouldCreateTheTopicsOfTheCatalogue() throws Exception {
    try (var admin = STACK.admin()) {
      assertThat(admin.listTopics().names().get())
          .containsExactlyInAnyOrderElementsOf(Topics.all().stream().map(Topic::name).toList());
    }
  }

  @Test
  void shouldKeepRecordsAndSchemasWhenTheBrokerRestarts() throws Exception {
    var link = IdentityLink.newBuilder();
    link.setLinkId("l1").setVisitorId("v1").setUserId("u1").setTimeMs(1_700_000_000_000L);
    var serdes = AvroSerdes.of(STACK.registryUrl());
    Map<String, Object> client = Map.of("bootstrap.servers", STACK.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(
            client, new StringSerializer(), serdes.serializer(IdentityLink.class))) {
      producer
          .send(new ProducerRecord<>(Topics.IDENTITY_LINKS.name(), 0, "v1", link.build()))
          .get();
    }

    STACK.restartBroker();

    try (var consumer =
        new KafkaConsumer<>(
            client, new StringDeserializer(), serdes.deserializer(IdentityLink.class))) {
      var partition = new TopicPartition(Topics.IDENTITY_LINKS.name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var records = consumer.poll(Duration.ofSeconds(20)).records(partition);
      assertThat(records).extracting(record -> record.value()).containsExactly(link.build());
    }
  }
}
