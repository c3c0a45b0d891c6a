package io.shopstream.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.shopstream.events.IdentityLink;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.Installation;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {

  @TempDir Path folder;

  private final List<String> progress = new ArrayList<>();

  @Test
  void shouldKeepRecordsTopicsAndSchemaIdsAcrossARestart() throws Exception {
    var layout = freeLayout();
    String schema;
    try (var stack = stack(layout)) {
      stack.startBackbone();
      produce(layout, "v1", link("l1"));
      schema = schemaOfId1(layout);
      assertThat(schema).contains("IdentityLink");
      assertThat(new RunningStack(layout).status())
          .extracting(line -> line.process().name(), RunningStack.Line::running)
          .containsExactly(
              tuple("shopstream", true), tuple("broker", true), tuple("registry", true));
      refuseASecondOn(layout);
      stack.requireAlive();
    }
    assertThat(layout.ports().values()).allMatch(Ports::isFree);
    assertThat(new RunningStack(layout).status()).isEmpty();

    try (var stack = stack(layout)) {
      stack.startBackbone();
      produce(layout, "v1", link("l2"));
      assertThat(consume(layout, 2)).containsExactly(link("l1"), link("l2"));
      assertThat(schemaOfId1(layout)).isEqualTo(schema);
      try (var admin = Admin.create(Map.of("bootstrap.servers", layout.bootstrapServers()))) {
        assertThat(admin.listTopics().names().get())
            .containsExactlyInAnyOrderElementsOf(Topics.all().stream().map(Topic::name).toList());
      }
    }
    assertThat(progress).anyMatch(line -> line.startsWith("topics") && line.contains("all there"));
  }

  @Test
  void shouldNameThePortThatIsTakenAndWhatToDo() throws Exception {
    var layout = freeLayout();
    try (var taken = new ServerSocket(layout.registryPort(), 1, InetAddress.getLoopbackAddress());
        var stack = stack(layout)) {
      assertThatThrownBy(stack::startBackbone)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Port %d (registry)", taken.getLocalPort())
          .hasMessageContaining("process %d", ProcessHandle.current().pid())
          .hasMessageContaining("--port-offset");
    }
  }

  @Test
  void shouldEndWithTheLauncherEvenWhenThatIsKilled() {
    var layout = freeLayout();
    try (var launcher = launcher(layout, Lifetime.WITH_PARENT)) {
      awaitTopics(layout);
      var before = new RunningStack(layout).status();
      assertThat(before).hasSize(3).allMatch(RunningStack.Line::running);

      launcher.kill();

      await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () ->
                  new RunningStack(layout).status().stream().noneMatch(RunningStack.Line::running));
    }
    assertThat(new RunningStack(layout).stop(progress::add)).isZero();
    assertThat(new RunningStack(layout).status()).isEmpty();
  }

  @Test
  void shouldOutliveTheLauncherWhenDetachedAndStopByItsProcessFiles() {
    var layout = freeLayout();
    try (var launcher = launcher(layout, Lifetime.DETACHED)) {
      assertThat(launcher.awaitEnd(Duration.ofMinutes(2))).isTrue();
      assertThat(launcher.exitCode()).isZero();
    }
    assertThat(new RunningStack(layout).status())
        .hasSize(2)
        .allMatch(RunningStack.Line::running)
        .allMatch(line -> line.pssBytes() > 0 || !System.getProperty("os.name").equals("Linux"));

    assertThat(new RunningStack(layout).stop(progress::add)).isEqualTo(2);

    assertThat(layout.ports().values()).allMatch(Ports::isFree);
    assertThat(progress)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("stopping registry"),
            line -> assertThat(line).startsWith("stopping broker"));
  }

  private void refuseASecondOn(StackLayout layout) {
    try (var second = stack(layout)) {
      assertThatThrownBy(second::startBackbone)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already running")
          .hasMessageContaining("./shopstream down");
    }
    assertThat(new RunningStack(layout).status()).hasSize(3);
  }

  private LocalStack stack(StackLayout layout) {
    return new LocalStack(Installation.find(), layout, Lifetime.WITH_PARENT, progress::add);
  }

  private StackLayout freeLayout() {
    while (true) {
      var layout = new StackLayout(folder.resolve("stack"), Ports.free() - 9092);
      if (layout.ports().values().stream().allMatch(Ports::isFree)) {
        return layout;
      }
    }
  }

  private ChildProcess launcher(StackLayout layout, Lifetime lifetime) {
    return ChildProcess.start(
        new JavaProgram(
            "launcher",
            List.of("-Xmx128m", "-Dshopstream.home=" + Installation.find().home()),
            List.of(System.getProperty("java.class.path")),
            BackboneMain.class.getName(),
            List.of(
                layout.folder().toString(), Integer.toString(layout.portOffset()), lifetime.name()),
            Map.of(),
            Optional.of(folder.resolve("launcher.log"))),
        Lifetime.WITH_PARENT);
  }

  private static void awaitTopics(StackLayout layout) {
    try (var admin = Admin.create(Map.of("bootstrap.servers", layout.bootstrapServers()))) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> admin.listTopics().names().get().contains(Topics.DEAD_LETTERS.name()));
    }
  }

  private static IdentityLink link(String id) {
    return IdentityLink.newBuilder()
        .setLinkId(id)
        .setVisitorId("v1")
        .setUserId("u1")
        .setTimeMs(1_700_000_000_000L)
        .build();
  }

  private static void produce(StackLayout layout, String key, IdentityLink value) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", layout.bootstrapServers()),
            new StringSerializer(),
            AvroSerdes.of(layout.registryUrl()).serializer(IdentityLink.class))) {
      producer.send(new ProducerRecord<>(Topics.IDENTITY_LINKS.name(), 0, key, value)).get();
    }
  }

  private static List<IdentityLink> consume(StackLayout layout, int count) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", layout.bootstrapServers()),
            new StringDeserializer(),
            AvroSerdes.of(layout.registryUrl()).deserializer(IdentityLink.class))) {
      var partition = new TopicPartition(Topics.IDENTITY_LINKS.name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var links = new ArrayList<IdentityLink>();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> links.add(record.value()));
                return links.size() >= count;
              });
      return links;
    }
  }

  /** As any client with the usual Confluent serdes asks. */
  private static String schemaOfId1(StackLayout layout) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(layout.registryUrl() + "/apis/ccompat/v7/schemas/ids/1"))
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }
}
