package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AbandonedTransactionsIT {

  private static final String APPLICATION = "abandoned-it";

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  @BeforeAll
  static void topics() {
    STACK.emptyTopics(1);
  }

  @Test
  void shouldEndWhatIsOpenOfThreadsThatAreNoMembersAnyMore() throws Exception {
    var lives = APPLICATION + "-" + UUID.randomUUID();
    var died = APPLICATION + "-" + UUID.randomUUID();
    try (var admin = Admin.create(Map.of("bootstrap.servers", STACK.bootstrapServers()));
        var member = member(lives);
        var ofMember = open(lives + "-1");
        var ofDead = open(died + "-1");
        var ofReplacedThread = open(lives + "-2");
        var ofOther = open("other-" + UUID.randomUUID() + "-1")) {
      var abandoned = new AbandonedTransactions(admin, Set.of(APPLICATION), Duration.ZERO);

      assertThat(abandoned.end()).containsExactlyInAnyOrder(died + "-1", lives + "-2");

      assertThatCode(ofMember::commitTransaction).doesNotThrowAnyException();
      assertThatCode(ofOther::commitTransaction).doesNotThrowAnyException();
      for (var ended : List.of(ofDead, ofReplacedThread)) {
        assertThatThrownBy(ended::commitTransaction)
            .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
      }
      assertThat(abandoned.end()).isEmpty();
      assertThat(member.assignment()).isNotEmpty();
    }
  }

  @Test
  void shouldLeaveThemWhileNobodyIsThere() throws Exception {
    var application = APPLICATION + "-deserted";
    try (var admin = Admin.create(Map.of("bootstrap.servers", STACK.bootstrapServers()));
        var producer = open(application + "-" + UUID.randomUUID() + "-1")) {
      var abandoned = new AbandonedTransactions(admin, Set.of(application), Duration.ZERO);

      assertThat(abandoned.end()).isEmpty();

      assertThatCode(producer::commitTransaction).doesNotThrowAnyException();
    }
  }

  /** A member named as Kafka Streams names the consumers of a process. */
  private static KafkaConsumer<byte[], byte[]> member(String process) {
    var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                STACK.bootstrapServers(),
                "group.id",
                APPLICATION,
                "client.id",
                process + "-StreamThread-1-consumer"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(Topics.CLICKSTREAM.name()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(100));
              return !consumer.assignment().isEmpty();
            });
    return consumer;
  }

  private static KafkaProducer<byte[], byte[]> open(String transactionalId) throws Exception {
    var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                STACK.bootstrapServers(),
                "transactional.id",
                transactionalId,
                "client.id",
                transactionalId),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(Topics.DEAD_LETTERS.name(), new byte[1])).get();
    return producer;
  }
}
