package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.PairKind;
import io.shopstream.events.StateRow;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process with clicks under way and compares every count with a recomputation that knows
 * nothing of topologies: nothing is lost and nothing is counted twice.
 */
class ExactlyOnceIT {

  private static final int PARTITIONS = 3;
  private static final int VISITORS = 300;
  private static final int ITEMS = 60;
  private static final int CLICKS = 24_000;
  private static final int KILLS = 2;
  private static final long PACE_MS = 40;
  private static final double SLOW_BYTES_PER_SECOND = 100_000;

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();
  @TempDir Path folder;

  @BeforeAll
  static void topics() {
    STACK.emptyTopics(PARTITIONS);
  }

  @Test
  void shouldCountEachClickOnceThroughKillsDuplicatesAndGarbage() throws Exception {
    var clicks = clicks();
    try (var app = instance("exactly-once-it");
        var second = instance("exactly-once-it-second");
        var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
                new StringSerializer(),
                AvroSerdes.of(STACK.registryUrl()).serializer(Click.class))) {
      app.start();
      app.awaitReady();
      publishGarbage();
      publishClaimOfGigabytes();
      publish(producer, Click.newBuilder(clicks.get(0)).setEventId("old").setTimeMs(1).build());
      for (var i = 0; i < clicks.size(); i++) {
        publish(producer, clicks.get(i));
        if (i % 7 == 0) {
          publish(producer, clicks.get(i / 2));
        }
        if (i % 40 == 0) {
          // About 10,000 a second, so that the kills fall between commits.
          Thread.sleep(4);
        }
        if (i > 0 && i % (CLICKS / (KILLS + 1)) == 0) {
          app.kill();
          app.start();
        }
      }
      producer.flush();
      app.awaitReady();

      var expected = new Recomputation(clicks);
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(
              () ->
                  totalSupport(app)
                      >= expected.itemSupport.values().stream().mapToLong(Long::longValue).sum());
      assertThat(support(owned(app))).isEqualTo(expected.itemSupport);
      assertThat(pairSupport(owned(app))).isEqualTo(expected.pairSupport);
      assertThat(deadLetters()).isEqualTo(4);
      assertThat(app.text("/prometheus"))
          .contains("kafka_stream", "shopstream_dead")
          .doesNotContain("task_id");

      shouldAnswerFromTheCopyWhileTheOwnerIsGone(app, second, expected);
      shouldRestoreADamagedFolder(app, second, expected);
    }
  }

  private static void shouldAnswerFromTheCopyWhileTheOwnerIsGone(
      StreamsProcess app, StreamsProcess second, Recomputation expected) throws Exception {
    // Slow copies tell whether readiness waits for them.
    limitConsumers(OptionalDouble.of(SLOW_BYTES_PER_SECOND));
    try {
      second.start();
      second.awaitReady();
      assertThat(rowsOf(copies(second))).hasSameSizeAs(expected.itemSupport);
    } finally {
      limitConsumers(OptionalDouble.empty());
    }
    awaitCopies(second, expected);

    app.kill();

    assertThat(support(rowsOf(copies(second)))).isEqualTo(expected.itemSupport);
    assertThat(copies(second)).anySatisfy(row -> assertThat(row.getStale()).isTrue());
  }

  private void shouldRestoreADamagedFolder(
      StreamsProcess app, StreamsProcess second, Recomputation expected) throws Exception {
    damage(folder.resolve("exactly-once-it"));
    app.start();
    app.awaitReady();
    awaitCopies(app, expected);

    second.kill();

    assertThat(support(rowsOf(copies(app)))).isEqualTo(expected.itemSupport);
    // Every five seconds it looks for profiles to forget, and no event has told it the time yet.
    Awaitility.await("all profiles, for longer than that")
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> profiles(app) == VISITORS);
  }

  private static void limitConsumers(OptionalDouble bytesPerSecond) throws Exception {
    var everyClient = new HashMap<String, String>();
    everyClient.put(ClientQuotaEntity.CLIENT_ID, null);
    var limit =
        new ClientQuotaAlteration.Op(
            "consumer_byte_rate", bytesPerSecond.isPresent() ? bytesPerSecond.getAsDouble() : null);
    try (var admin = Admin.create(Map.of("bootstrap.servers", STACK.bootstrapServers()))) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(new ClientQuotaEntity(everyClient), List.of(limit))))
          .all()
          .get();
    }
  }

  private static long profiles(StreamsProcess app) throws Exception {
    var keys = new ArrayList<byte[]>();
    for (var visitor = 0; visitor < VISITORS; visitor++) {
      keys.add(StateStore.key("visitor-" + visitor));
    }
    return app.readCopies(StateStore.USER_PROFILES, keys).getRows().stream()
        .filter(row -> row.getValue() != null)
        .count();
  }

  private static void awaitCopies(StreamsProcess app, Recomputation expected) {
    Awaitility.await("a copy of everything")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> support(rowsOf(copies(app))).equals(expected.itemSupport));
  }

  /** What a disk leaves that lies: every table and every description is something else. */
  private static void damage(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var name = file.getFileName().toString();
        if (name.endsWith(".sst") || name.startsWith("MANIFEST") || name.equals("CURRENT")) {
          Files.writeString(file, "no database any more");
        }
      }
    }
  }

  private StreamsProcess instance(String name) throws IOException {
    return new StreamsProcess(
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", STACK.bootstrapServers(),
            "SCHEMA_REGISTRY_URL", STACK.registryUrl(),
            "TOPIC_PARTITIONS", Integer.toString(PARTITIONS),
            "STATE_DIR", folder.resolve(name).toString()),
        Path.of("target", name + ".log"));
  }

  private static List<Click> clicks() {
    var random = new Random(11);
    // At the pace of people: what robots click does not count.
    var start = System.currentTimeMillis() - CLICKS * PACE_MS;
    var clicks = new ArrayList<Click>();
    for (var i = 0; i < CLICKS; i++) {
      // Squared, so that some items are far more popular than others.
      var item = (int) (ITEMS * Math.pow(random.nextDouble(), 2));
      clicks.add(
          Click.newBuilder()
              .setEventId("event-" + i)
              .setType(ClickType.VIEW)
              .setTimeMs(start + i * PACE_MS)
              .setVisitorId("visitor-" + random.nextInt(VISITORS))
              .setItemId("item-" + item)
              .build());
    }
    return clicks;
  }

  private static void publish(KafkaProducer<String, Click> producer, Click click) {
    var unused =
        producer.send(new ProducerRecord<>(Topics.CLICKSTREAM.name(), EventKeys.of(click), click));
  }

  private static void publishGarbage() throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var clicks = Topics.CLICKSTREAM.name();
      producer.send(new ProducerRecord<>(clicks, "garbage".getBytes(StandardCharsets.UTF_8))).get();
      // As large as a broker takes it: as a dead letter, with what is wrong with it, it is larger.
      producer.send(new ProducerRecord<>(clicks, new byte[1_048_450])).get();
    }
  }

  /** A click of seven bytes that says a text of 2 GB follows: no room may be made for it. */
  private static void publishClaimOfGigabytes() throws Exception {
    var clicks = Topics.CLICKSTREAM.name();
    try (var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var serializer = AvroSerdes.of(STACK.registryUrl()).serializer(Click.class)) {
      var good = serializer.serialize(clicks, clicks().get(0));
      var bad = ByteBuffer.allocate(10).put(good, 0, 5).put(HexFormat.of().parseHex("80d0acf30e"));
      producer.send(new ProducerRecord<>(clicks, bad.array())).get();
    }
  }

  private static long totalSupport(StreamsProcess app) throws Exception {
    return support(owned(app)).values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> support(Map<String, NeighbourRow> rows) {
    var support = new TreeMap<String, Long>();
    rows.forEach((item, row) -> support.put(item, row.support()));
    return support;
  }

  private static Map<String, Integer> pairSupport(Map<String, NeighbourRow> rows) {
    var support = new TreeMap<String, Integer>();
    rows.forEach(
        (item, row) -> {
          for (var k = 0; k < row.size(); k++) {
            support.put(item + "," + row.neighbourId(k), row.neighbourSupport(k));
          }
        });
    return support;
  }

  private static Map<String, NeighbourRow> owned(StreamsProcess app) throws Exception {
    return rowsOf(app.read(StateStore.ITEM_NEIGHBOURS, keys()).getRows());
  }

  private static List<StateRow> copies(StreamsProcess app) throws Exception {
    return app.readCopies(StateStore.ITEM_NEIGHBOURS, keys()).getRows();
  }

  private static List<byte[]> keys() {
    var keys = new ArrayList<byte[]>();
    for (var item = 0; item < ITEMS; item++) {
      keys.add(StateStore.neighboursKey(PairKind.VIEWED, "item-" + item));
    }
    return keys;
  }

  private static Map<String, NeighbourRow> rowsOf(List<StateRow> answers) {
    var rows = new HashMap<String, NeighbourRow>();
    for (var item = 0; item < ITEMS; item++) {
      var value = answers.get(item).getValue();
      if (value != null) {
        var bytes = new byte[value.remaining()];
        value.get(bytes);
        rows.put("item-" + item, NeighbourRow.of(bytes));
      }
    }
    return rows;
  }

  private static long deadLetters() {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", STACK.bootstrapServers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(Topics.DEAD_LETTERS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var letters = 0L;
      for (var poll = 0; poll < 5; poll++) {
        letters += consumer.poll(Duration.ofMillis(500)).count();
      }
      return letters;
    }
  }

  /**
   * Visits, first touches and pairs, straight from the definition and with lists. All clicks are of
   * one day, in which an item counts once a visitor.
   */
  private static final class Recomputation {
    final Map<String, Long> itemSupport = new TreeMap<>();
    final Map<String, Integer> pairSupport = new TreeMap<>();

    Recomputation(List<Click> clicks) {
      var remembered = new HashMap<String, List<String>>();
      var counted = new HashSet<String>();
      for (var click : clicks) {
        var visit = remembered.computeIfAbsent(click.getVisitorId(), v -> new ArrayList<>());
        var item = click.getItemId();
        if (!visit.remove(item) && counted.add(click.getVisitorId() + "," + item)) {
          itemSupport.merge(item, 1L, Long::sum);
          for (var distance = 1; distance <= 10 && distance <= visit.size(); distance++) {
            var earlier = visit.get(visit.size() - distance);
            pairSupport.merge(item + "," + earlier, 1, Integer::sum);
            pairSupport.merge(earlier + "," + item, 1, Integer::sum);
          }
        }
        visit.add(item);
        if (visit.size() > 20) {
          visit.remove(0);
        }
      }
    }
  }
}
