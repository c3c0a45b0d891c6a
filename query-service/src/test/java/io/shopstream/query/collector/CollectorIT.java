package io.shopstream.query.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderFingerprint;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.OrderContent;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import io.shopstream.query.RunningService.Answer;
import io.shopstream.query.state.StateServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectorIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final StateServer.Cluster CLUSTER = new StateServer.Cluster(4);
  private static StateServer state;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    STACK.emptyTopics(4);
    state = new StateServer(CLUSTER);
    CLUSTER.holdAll(state, null);
    service =
        RunningService.start(
            STACK,
            state.address(),
            Map.of(
                "shopstream.collector.max-pending-bytes", 67_108_864,
                "shopstream.collector.delivery-timeout", "3s",
                "shopstream.collector.request-timeout", "1s"));
  }

  @AfterAll
  static void stop() {
    service.close();
    state.close();
  }

  private static String click(String visitor, String item) {
    return "{\"type\":\"VIEW\",\"visitor_id\":\"%s\",\"item_id\":\"%s\"}".formatted(visitor, item);
  }

  private static String order(String id, int quantity, String more) {
    return "{\"order_id\":\"%s\",\"amount_minor\":500,\"currency\":\"EUR\",\"lines\":[{\"item_id\":\"i\",\"quantity\":%d,\"price_minor\":500}]%s}"
        .formatted(id, quantity, more);
  }

  /** All values of a topic by key; read from the beginning to where it ends now. */
  private static <T extends SpecificRecord> Map<String, List<T>> topic(Topic topic, Class<T> type) {
    var values = new LinkedHashMap<String, List<T>>();
    try (var deserializer = AvroSerdes.of(STACK.registryUrl()).deserializer(type);
        var consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", STACK.bootstrapServers()),
                new StringDeserializer(),
                deserializer)) {
      var partitions =
          IntStream.range(0, 4).mapToObj(i -> new TopicPartition(topic.name(), i)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (var each : consumer.poll(Duration.ofMillis(200))) {
          values.computeIfAbsent(each.key(), unused -> new ArrayList<>()).add(each.value());
        }
      }
    }
    return values;
  }

  private static List<String> fields(Answer answer) {
    var fields = new ArrayList<String>();
    answer.json().path("errors").forEach(error -> fields.add(error.path("field").asText()));
    return fields;
  }

  private static void assertProblem(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.json().path("title").asText()).isNotEmpty();
    assertThat(answer.json().path("type").asText()).startsWith("urn:shopstream:problem:");
  }

  @Test
  void shouldHaveAClickInKafkaWhenItIsAccepted() {
    var before = System.currentTimeMillis();
    var answer =
        service.post(
            "/v1/events",
            "{\"type\":\"view\",\"visitor_id\":\"visitor-1\",\"user_id\":\"user-1\",\"item_id\":\"item-1\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().path("accepted").asInt()).isOne();
    var made = topic(Topics.CLICKSTREAM, Click.class).get("user-1").get(0);
    assertThat(made.getEventId()).isEqualTo(answer.json().path("event_id").asText()).isNotEmpty();
    assertThat(made.getTimeMs()).isBetween(before, System.currentTimeMillis());
    assertThat(made.getConsent()).isTrue();
  }

  @Test
  void shouldKeyEachKindOfEventAsTheCatalogueSays() {
    assertThat(service.post("/v1/events", click("visitor-2", "i")).status()).isEqualTo(202);
    assertThat(service.post("/v1/orders", order("by-order", 1, "")).status()).isEqualTo(202);
    assertThat(
            service.post("/v1/orders", order("o2", 1, ",\"visitor_id\":\"by-visitor\"")).status())
        .isEqualTo(202);
    assertThat(
            service
                .post("/v1/orders", order("o3", 1, ",\"visitor_id\":\"v\",\"user_id\":\"by-user\""))
                .status())
        .isEqualTo(202);
    assertThat(
            service
                .post("/v1/catalog/items", "{\"item_id\":\"by-item\",\"title\":\"Lamp\"}")
                .status())
        .isEqualTo(202);
    assertThat(
            service
                .post("/v1/order-outcomes", "{\"order_id\":\"by-order\",\"label\":\"CHARGEBACK\"}")
                .status())
        .isEqualTo(202);
    assertThat(
            service
                .post("/v1/identity-links", "{\"visitor_id\":\"by-visitor\",\"user_id\":\"u\"}")
                .json()
                .path("event_id")
                .asText())
        .isNotEmpty();
    assertThat(topic(Topics.CLICKSTREAM, Click.class)).containsKey("visitor-2");
    assertThat(topic(Topics.ORDERS, Order.class)).containsKeys("by-order", "by-visitor", "by-user");
    assertThat(topic(Topics.CATALOG, CatalogItem.class)).containsKey("by-item");
    assertThat(topic(Topics.ORDER_OUTCOMES, OrderOutcome.class)).containsKey("by-order");
    assertThat(topic(Topics.IDENTITY_LINKS, IdentityLink.class)).containsKey("by-visitor");
  }

  @Test
  void shouldHaveAnErasureInKafkaWhenItIsAccepted() {
    var before = System.currentTimeMillis();
    var answer = service.send(HttpRequest.newBuilder(service.uri("/v1/users/forget-me")).DELETE());
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);

    assertThat(topic(Topics.ERASURES, Erasure.class).get("forget-me"))
        .singleElement()
        .satisfies(
            erasure -> {
              assertThat(erasure.getErasureId())
                  .isEqualTo(answer.json().path("erasure_id").asText());
              assertThat(erasure.getTimeMs()).isBetween(before, System.currentTimeMillis());
            });
  }

  @Test
  void shouldTakeTheGoodEventsOfTenThousandAndNameTheThreeBadOnes() {
    var run = UUID.randomUUID().toString().substring(0, 8);
    var bad =
        Map.of(
            17, "{\"type\":\"VIEW\",\"visitor_id\":\"v\"}",
            5_000,
                "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"i\",\"time\":\"1970-01-01T00:00:00Z\"}",
            9_999,
                "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"i\",\"price_minor\":-1,\"currency\":\"EUR\"}");
    var json =
        IntStream.range(0, 10_000)
            .mapToObj(i -> bad.getOrDefault(i, click(run + "-" + i % 500, "item-" + i)))
            .collect(Collectors.joining(",", "[", "]"));
    var answer = service.post("/v1/events", json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().path("accepted").asInt()).isEqualTo(9_997);
    assertThat(answer.json().path("refused").asInt()).isEqualTo(3);
    var errors = new ArrayList<String>();
    answer
        .json()
        .path("errors")
        .forEach(e -> errors.add(e.path("index").asInt() + " " + e.path("field").asText()));
    assertThat(errors).containsExactly("17 item_id", "5000 time", "9999 price_minor");
    var taken = new HashSet<String>();
    topic(Topics.CLICKSTREAM, Click.class)
        .forEach(
            (key, clicks) -> {
              if (key.startsWith(run)) {
                clicks.forEach(click -> taken.add(click.getItemId()));
              }
            });
    assertThat(taken).hasSize(9_997).doesNotContain("item-17", "item-5000", "item-9999");
  }

  @Test
  void shouldRefuseABatchInWhichNothingIsGood() {
    var answer = service.post("/v1/events", "[{\"type\":\"VIEW\"},7]");
    assertProblem(answer, 400);
    assertThat(fields(answer)).containsExactly("visitor_id", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'VIEW','visitor_id':'v','item_id':'i','colour':'red'}|colour",
        "{'type':'VIEW','item_id':'i'}|visitor_id",
        "{'type':'VIEW','visitor_id':'v','item_id':'i','price_minor':-5,'currency':'EUR'}|price_minor",
        "{'type':'VIEW','visitor_id':'v','item_id':'i','time':0}|time",
        "{'type':'VIEW','visitor_id':'v','item_id':'i','time':'2099-01-01T00:00:00Z'}|time",
        "{'type':'VIEW','visitor_id':'v','item_id':'i','quantity':0}|quantity"
      })
  void shouldRefuseABadEventAndNameTheField(String json, String field) {
    var answer = service.post("/v1/events", json.replace('\'', '"'));
    assertProblem(answer, 400);
    assertThat(fields(answer)).containsExactly(field);
  }

  @Test
  void shouldRefuseWhatIsNoJson() {
    var answer = service.post("/v1/events", "{\"type\":\"VIEW\",");
    assertProblem(answer, 400);
    assertThat(answer.json().path("detail").asText()).contains("line 1").doesNotContain("Source");
    assertProblem(service.post("/v1/events", ""), 400);
    assertProblem(
        service.send(
            HttpRequest.newBuilder(service.uri("/v1/events"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))),
        415);
    assertProblem(service.get("/v1/nothing"), 404);
    assertProblem(service.get("/v1/events"), 405);
  }

  @Test
  void shouldRefuseABodyOfTenMegabytes() {
    var body = " ".repeat(10_000_000);
    assertProblem(service.post("/v1/events", body), 413);
    // And when its length is not told beforehand.
    var stream =
        HttpRequest.BodyPublishers.ofInputStream(
            () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    assertProblem(
        service.send(
            HttpRequest.newBuilder(service.uri("/v1/events"))
                .header("Content-Type", "application/json")
                .POST(stream)),
        413);
  }

  @Test
  void shouldRefuseAtOnceWhatIsMoreThanMayWaitAndForgetWhoHungUp() throws IOException {
    var connections = new ArrayList<Socket>();
    try {
      // Uploads that begin and do not go on: each may hold 8 MB, all together 64 MB.
      for (var i = 0; i < 8; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), service.uri("/").getPort());
        connections.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8380000\r\n\r\n["
                    .getBytes(StandardCharsets.US_ASCII));
      }
      Awaitility.await().until(() -> pendingBytes() > 8 * 8_380_000);
      var answer = service.post("/v1/events", "[" + " ".repeat(100_000) + click("v", "i") + "]");
      assertProblem(answer, 503);
      assertThat(answer.headers()).containsKey("retry-after");
      assertThat(service.get("/v1/items/i/similar").status()).as("reads go on").isEqualTo(200);
    } finally {
      for (var socket : connections) {
        socket.close();
      }
    }
    Awaitility.await().until(() -> pendingBytes() == 0);
    assertThat(service.post("/v1/events", click("v", "i")).status()).isEqualTo(202);
    assertProblem(service.post("/v1/events", "{}"), 400);
    assertProblem(service.post("/v1/events", " ".repeat(10_000_000)), 413);
    Awaitility.await().until(() -> pendingBytes() == 0);
  }

  private static double pendingBytes() {
    return service
        .get("/prometheus")
        .text()
        .lines()
        .filter(line -> line.startsWith("collector_pending_bytes"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldRecogniseTheSameOrderAndRefuseAnotherUnderItsId() {
    var first = service.post("/v1/orders", order("order-1", 1, ""));
    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(first.json().path("duplicate").asBoolean()).isFalse();
    var second = service.post("/v1/orders", order("order-1", 1, ""));
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.json().path("duplicate").asBoolean()).isTrue();
    var other = service.post("/v1/orders", order("order-1", 2, ""));
    assertProblem(other, 409);
    assertThat(fields(other)).containsExactly("order_id");
    assertThat(topic(Topics.ORDERS, Order.class).get("order-1")).hasSize(1);
  }

  @Test
  void shouldRecogniseAnOrderThatOnlyTheStateKnows() {
    var time = "2026-01-02T03:04:05Z";
    // What the topology keeps of an order is made from what was published, so publish one and keep
    // it.
    assertThat(
            service.post("/v1/orders", order("order-2", 1, ",\"time\":\"" + time + "\"")).status())
        .isEqualTo(202);
    var known = topic(Topics.ORDERS, Order.class).get("order-2").get(0);
    known.put("order_id", "order-3");
    CLUSTER.put(
        StateStore.ORDERS,
        StateStore.key("order-3"),
        AvroBinary.encode(
            new OrderFingerprint(ByteBuffer.wrap(OrderContent.hash(known)), known.getTimeMs())));
    var same = service.post("/v1/orders", order("order-3", 1, ",\"time\":\"" + time + "\""));
    assertThat(same.status()).as(same.text()).isEqualTo(202);
    assertThat(same.json().path("duplicate").asBoolean()).isTrue();
    assertThat(
            service
                .post("/v1/orders", order("order-3", 1, ""))
                .json()
                .path("duplicate")
                .asBoolean())
        .as("without a time of its own it is the same order still")
        .isTrue();
    assertProblem(
        service.post("/v1/orders", order("order-3", 1, ",\"time\":\"2026-01-02T03:04:06Z\"")), 409);
    assertProblem(
        service.post("/v1/orders", order("order-3", 9, ",\"time\":\"" + time + "\"")), 409);
    assertThat(topic(Topics.ORDERS, Order.class)).doesNotContainKey("order-3");
  }

  @Test
  void shouldPublishOneOfManyEqualOrdersThatComeAtOnce() {
    var answers = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < 16; i++) {
      answers.add(
          CompletableFuture.supplyAsync(
              () ->
                  service.post(
                      "/v1/orders",
                      "[" + order("order-4", 1, "") + "," + order("order-4", 1, "") + "]")));
    }
    var duplicates = 0;
    for (var answer : answers) {
      assertThat(answer.join().status()).isEqualTo(202);
      assertThat(answer.join().json().path("accepted").asInt()).isEqualTo(2);
      duplicates += answer.join().json().path("duplicates").asInt();
    }
    assertThat(duplicates).isEqualTo(31);
    assertThat(topic(Topics.ORDERS, Order.class).get("order-4")).hasSize(1);
  }

  @Test
  void shouldSayWhichOrdersOfABatchAreOthersUnderAUsedId() {
    var answer =
        service.post(
            "/v1/orders",
            "["
                + order("order-5", 1, "")
                + ","
                + order("order-5", 2, "")
                + ","
                + order("order-6", 0, "")
                + "]");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().path("accepted").asInt()).isOne();
    assertThat(answer.json().path("refused").asInt()).isEqualTo(2);
    assertThat(fields(answer)).containsExactly("order_id", "lines[0].quantity");
  }

  @Test
  void shouldAnswer503WhileKafkaIsAwayAndTakeEventsAgainAfterwards() {
    assertThat(service.post("/v1/orders", order("order-7", 1, "")).status()).isEqualTo(202);
    STACK.stopBroker();
    try {
      var answer = service.post("/v1/events", click("visitor-9", "lost"));
      assertProblem(answer, 503);
      assertThat(Integer.parseInt(answer.headers().get("retry-after"))).isPositive();
      var batch =
          service.post(
              "/v1/events", "[" + click("visitor-9", "a") + ",{}," + click("v", "b") + "]");
      assertProblem(batch, 503);
      assertThat(batch.json().path("accepted").asInt()).isZero();
      assertProblem(service.post("/v1/orders", order("order-8", 1, "")), 503);
    } finally {
      STACK.startBroker();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(service.post("/v1/events", click("visitor-9", "kept")).status())
                    .isEqualTo(202));
    var again = service.post("/v1/orders", order("order-8", 2, ""));
    assertThat(again.status()).as("what Kafka did not take holds no id").isEqualTo(202);
  }
}
