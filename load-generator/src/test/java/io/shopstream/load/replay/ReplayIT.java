package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import io.shopstream.load.LoadGeneratorApplication;
import io.shopstream.load.datasets.OnlineRetail;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Listed;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import io.shopstream.local.KafkaStack;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The replay as a process of its own, killed and started again, into a real broker and registry.
 */
class ReplayIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final int PARTITIONS = 4;
  private static final int LINES = 8_000;

  /** Five days of the shop; at this speed they take more than a minute, if nothing ends them. */
  private static final String SLOWLY = "5000x";

  @TempDir static Path directory;
  private static Path file;
  private static List<ShopEvent> events;

  @TempDir Path state;

  private final List<Process> started = new ArrayList<>();

  /** One record of a topic. */
  private record Published(String key, SpecificRecord value) {}

  @BeforeAll
  static void cutTheFirstDays() throws IOException {
    file = directory.resolve("retail.csv");
    try (var in = OnlineRetail.class.getResourceAsStream("/datasets/online-retail.csv.gz");
        var lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8));
        BufferedWriter out = Files.newBufferedWriter(file)) {
      for (var i = 0; i <= LINES; i++) {
        out.write(lines.readLine());
        out.newLine();
      }
    }
    events = new ArrayList<>();
    try (var reader = OnlineRetail.of(file).open(0)) {
      reader.forEachRemaining(events::add);
    }
  }

  @BeforeEach
  void emptyTopics() {
    STACK.emptyTopics(PARTITIONS);
  }

  @AfterEach
  void leaveNoProcessBehind() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LoadGeneratorApplication.class.getName(),
                "replay",
                "--file",
                file.toString(),
                "--state-dir",
                state.toString(),
                "--json",
                state.resolve("report.json").toString()));
    command.addAll(List.of(more));
    var builder = new ProcessBuilder(command);
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", STACK.bootstrapServers());
    builder.environment().put("SCHEMA_REGISTRY_URL", STACK.registryUrl());
    builder.environment().put("TOPIC_PARTITIONS", Integer.toString(PARTITIONS));
    var process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(state.resolve("out.log").toFile()))
            .start();
    started.add(process);
    return process;
  }

  private JsonNode run(String... more) throws Exception {
    var process = start(more);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
    assertThat(process.exitValue()).as(output()).isZero();
    return new ObjectMapper().readTree(state.resolve("report.json").toFile());
  }

  private String output() throws IOException {
    return Files.readString(state.resolve("out.log"));
  }

  private long position() throws IOException {
    try (var files = Files.list(state)) {
      for (var candidate : files.filter(path -> path.toString().endsWith(".properties")).toList()) {
        for (var line : Files.readAllLines(candidate)) {
          if (line.startsWith("records=")) {
            return Long.parseLong(line.substring("records=".length()));
          }
        }
      }
    }
    return 0;
  }

  private void awaitMiddle(Process process) {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> position() > 0 || !process.isAlive());
    assertThat(process.isAlive()).as("still on its way").isTrue();
  }

  private static List<Published> published(Class<? extends SpecificRecord> type, String topic) {
    var records = new ArrayList<Published>();
    var config =
        Map.<String, Object>of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            STACK.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    try (var consumer =
        new KafkaConsumer<>(
            config,
            new StringDeserializer(),
            AvroSerdes.of(STACK.registryUrl()).deserializer(type))) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      assertThat(partitions).hasSize(PARTITIONS);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer
            .poll(Duration.ofSeconds(1))
            .forEach(record -> records.add(new Published(record.key(), record.value())));
      }
    }
    return records;
  }

  private static List<Published> clicks() {
    return published(Click.class, Topics.CLICKSTREAM.name());
  }

  private static List<Published> orders() {
    return published(Order.class, Topics.ORDERS.name());
  }

  private static String id(Published record) {
    return record.value() instanceof Click click
        ? click.getEventId()
        : ((Order) record.value()).getOrderId();
  }

  /** Ids of a key in the order of their first record. */
  private static Map<String, List<String>> firstTimes(List<Published> records) {
    var byKey = new HashMap<String, Map<String, Boolean>>();
    records.forEach(
        record ->
            byKey
                .computeIfAbsent(record.key(), key -> new LinkedHashMap<>())
                .put(id(record), true));
    var ids = new HashMap<String, List<String>>();
    byKey.forEach((key, inOrder) -> ids.put(key, List.copyOf(inOrder.keySet())));
    return ids;
  }

  private static List<Published> expected(Class<? extends ShopEvent> kind) {
    return events.stream()
        .filter(kind::isInstance)
        .map(event -> new Published(event.key(), event.value()))
        .toList();
  }

  @Test
  void shouldPublishEverythingOnceInTheOrderOfEachKey() throws Exception {
    var report = run("--time", "original");

    var clicks = clicks();
    assertThat(clicks).hasSize(expected(Clicked.class).size());
    assertThat(byId(clicks)).isEqualTo(byId(expected(Clicked.class)));
    assertThat(firstTimes(clicks)).isEqualTo(firstTimes(expected(Clicked.class)));
    assertThat(orders()).hasSize(expected(Ordered.class).size());
    assertThat(byId(orders())).isEqualTo(byId(expected(Ordered.class)));
    var items = published(CatalogItem.class, Topics.CATALOG.name());
    assertThat(items).hasSize(expected(Listed.class).size());
    assertThat(Set.copyOf(items)).isEqualTo(Set.copyOf(expected(Listed.class)));
    assertThat(report.path("orders").asLong()).isEqualTo(expected(Ordered.class).size());
    assertThat(report.path("clicks").asLong()).isEqualTo(clicks.size());
    assertThat(report.path("events").asLong())
        .isEqualTo(report.path("clicks").asLong() + report.path("orders").asLong());
    assertThat(report.path("catalog_items").asLong()).isEqualTo(expected(Listed.class).size());
    assertThat(output().lines().reduce((first, second) -> second).orElseThrow())
        .startsWith("events=" + report.path("events").asLong() + " orders=")
        .contains(" refused=" + report.path("refused").asLong() + " seconds=");

    assertThat(run("--time", "original").path("events").asLong()).isZero();
    assertThat(output()).contains("--from-start publishes it again");
  }

  @Test
  void shouldLoseNothingWhenItIsKilled() throws Exception {
    var first = start("--speed", SLOWLY);
    awaitMiddle(first);
    first.destroyForcibly().waitFor();
    var atDeath = clicks().size() + orders().size();
    var kept = position();

    var rest = run();

    assertThat(kept).isBetween(1L, (long) events.size() - 1);
    assertThat(output()).contains("Going on after record");
    assertThat(rest.path("events").asLong()).isPositive();
    assertThat(atDeath).isLessThan(events.size());
    // What was acknowledged after the last save is there twice, with equal content.
    assertThat(byId(clicks()).keySet()).isEqualTo(byId(expected(Clicked.class)).keySet());
    assertThat(byId(orders()).keySet()).isEqualTo(byId(expected(Ordered.class)).keySet());
    assertThat(firstTimes(clicks())).isEqualTo(firstTimes(expected(Clicked.class)));
  }

  @Test
  void shouldPublishNothingTwiceWhenItIsStoppedInOrder() throws Exception {
    var first = start("--speed", SLOWLY);
    awaitMiddle(first);
    first.destroy();
    assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
    var stoppedAt = position();
    assertThat(output()).contains("Stopped.");

    run();

    assertThat(stoppedAt).isBetween(1L, (long) events.size() - 1);
    assertThat(clicks()).hasSize(expected(Clicked.class).size());
    assertThat(orders()).hasSize(expected(Ordered.class).size());
  }

  @Test
  void shouldKeepEventTimesWhenItBeginsAgain() throws Exception {
    var before = System.currentTimeMillis();
    run();
    var once = byId(orders());

    var again = run("--from-start");

    var clicks = clicks();
    assertThat(again.path("clicks").asLong()).isEqualTo(expected(Clicked.class).size());
    assertThat(clicks).hasSize(2 * expected(Clicked.class).size());
    // byId fails when two records of one id differ.
    assertThat(byId(clicks)).hasSize(expected(Clicked.class).size());
    assertThat(byId(orders())).isEqualTo(once);
    var newest =
        once.values().stream().mapToLong(order -> ((Order) order.value()).getTimeMs()).max();
    assertThat(newest.orElseThrow()).isBetween(before, System.currentTimeMillis());
  }

  private static Map<String, Published> byId(List<Published> records) {
    var byId = new HashMap<String, Published>();
    for (var record : records) {
      var other = byId.put(id(record), record);
      if (other != null && !record.equals(other)) {
        throw new AssertionError("One id, two events: " + other + " and " + record);
      }
    }
    return byId;
  }
}
