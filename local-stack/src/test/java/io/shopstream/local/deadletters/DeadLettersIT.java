package io.shopstream.local.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

class DeadLettersIT {

  private static final byte[] BYTES = {0, 1, 2, (byte) 0xfe, 'x'};

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  @BeforeEach
  void threeLetters() throws Exception {
    STACK.emptyTopics(1);
    put(Topics.CLICKSTREAM.name(), "io.x.RejectedEventException", "time_ms: too old", 0);
    put(Topics.ORDERS.name(), "org.x.SerializationException", "no schema 17", 0);
    put(Topics.ORDERS.name(), "org.x.SerializationException", "no schema 18", 1);
  }

  private static void put(String topic, String exception, String reason, int replays)
      throws Exception {
    var headers = new RecordHeaders();
    headers.add("trace", utf8("t-1"));
    headers.add("__streams.errors.topic", utf8(topic));
    headers.add("__streams.errors.partition", utf8("0"));
    headers.add("__streams.errors.offset", utf8("7"));
    headers.add("__streams.errors.exception", utf8(exception));
    headers.add("__streams.errors.message", utf8(reason));
    if (replays > 0) {
      headers.add(DeadLetter.REPLAYS, utf8(Integer.toString(replays)));
    }
    try (var producer =
        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.DEAD_LETTERS.name(), 0, null, utf8("visitor-1"), BYTES, headers))
          .get();
    }
  }

  private static Map<String, Object> client() {
    return Map.of("bootstrap.servers", STACK.bootstrapServers());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the command prints. */
  private static String run(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--bootstrap-servers");
    all.add(STACK.bootstrapServers());
    var out = new StringWriter();
    var code =
        new CommandLine(new DeadLettersCommand())
            .setOut(new PrintWriter(out))
            .execute(all.toArray(String[]::new));
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  private static List<ConsumerRecord<byte[], byte[]>> published(String topic) {
    try (var consumer =
        new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var end = consumer.endOffsets(List.of(partition)).get(partition);
      var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  @Test
  void shouldListWhatWasWrongAndWhereItCameFrom() {
    assertThat(run("list"))
        .contains("0-0 ", "clickstream-0@7  RejectedEventException: time_ms: too old")
        .contains("no schema 18  (replayed 1)")
        .contains("dead_letters=3 shown=3");
    assertThat(run("list", "--topic", "orders", "--reason", "SCHEMA 17"))
        .contains("dead_letters=1 shown=1");
    assertThat(run("list", "--until", "1h")).contains("dead_letters=0");
    assertThat(run("list", "--by-reason"))
        .contains("2  orders  SerializationException: no schema N")
        .contains("dead_letters=3 reasons=2");
  }

  @Test
  void shouldShowTheBytes() {
    assertThat(run("show", "0-1"))
        .contains("org.x.SerializationException", "no schema 17", "trace = t-1", "visitor-1")
        .contains("00 01 02 fe 78");
  }

  @Test
  void shouldPublishTheOriginalBytesOnceWithAMarker() {
    assertThat(run("replay", "--topic", "orders", "--dry-run"))
        .contains("would_replay=1 left_out=1");
    assertThat(published("orders")).isEmpty();
    assertThat(run("replay", "--topic", "orders")).contains("replayed=1 left_out=1");
    assertThat(run("replay", "0-2", "--again")).contains("replayed=1 left_out=0");

    var records = published("orders");
    assertThat(records).hasSize(2);
    for (var record : records) {
      assertThat(record.key()).isEqualTo(utf8("visitor-1"));
      assertThat(record.value()).isEqualTo(BYTES);
      assertThat(record.headers().lastHeader("trace").value()).isEqualTo(utf8("t-1"));
      assertThat(record.headers().lastHeader("__streams.errors.topic")).isNull();
    }
    assertThat(records.get(0).headers().lastHeader(DeadLetter.REPLAYS).value())
        .isEqualTo(utf8("1"));
    assertThat(records.get(1).headers().lastHeader(DeadLetter.REPLAYS).value())
        .isEqualTo(utf8("2"));
    assertThat(records.get(1).headers().lastHeader(DeadLetter.ORIGIN).value())
        .isEqualTo(utf8("0-2"));
    assertThat(published("clickstream")).isEmpty();
  }
}
