package io.shopstream.query.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.LinkedVisitor;
import io.shopstream.events.LinkedVisitors;
import io.shopstream.events.PairKind;
import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import io.shopstream.query.RunningService.Answer;
import io.shopstream.query.recommend.NeighbourRows.Neighbour;
import io.shopstream.query.state.StateServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommendationIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final StateServer.Cluster CLUSTER = new StateServer.Cluster(4);
  private static final long NOW = System.currentTimeMillis();
  private static StateServer active;
  private static StateServer standby;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    STACK.emptyTopics(4);
    active = new StateServer(CLUSTER);
    standby = new StateServer(CLUSTER);
    CLUSTER.holdAll(active, standby);
    row(PairKind.VIEWED, "lamp", new Neighbour("bulb", 5, 40), new Neighbour("shade", 3, 30));
    row(PairKind.BOUGHT, "lamp", new Neighbour("bulb", 9, 90), new Neighbour("cable", 2, 20));
    row(PairKind.VIEWED, "desk", new Neighbour("chair", 4, 35), new Neighbour("lamp", 2, 12));
    CLUSTER.put(
        StateStore.USER_PROFILES,
        StateStore.key("ann"),
        AvroBinary.encode(
            UserProfile.newBuilder()
                .setUserId("ann")
                .setFirstSeenTimeMs(NOW - 5_000)
                .setLastSeenTimeMs(NOW)
                .setVisits(3)
                .setViews(9)
                .setCarts(1)
                .setSearches(0)
                .setOrders(2)
                .setVisit(
                    List.of(
                        new VisitItem("lamp", NOW - 5_000, false, 1, 0),
                        new VisitItem("desk", NOW, true, 1, 0)))
                .setBought(List.of("vase"))
                .build()));
    CLUSTER.put(
        StateStore.USER_PROFILES,
        StateStore.key("ann's phone"),
        AvroBinary.encode(
            UserProfile.newBuilder()
                .setUserId("ann's phone")
                .setForwardedTo("ann")
                .setFirstSeenTimeMs(NOW)
                .setLastSeenTimeMs(NOW)
                .setVisits(0)
                .setViews(0)
                .setCarts(0)
                .setSearches(0)
                .setOrders(0)
                .setVisit(List.of())
                .setBought(List.of())
                .build()));
    CLUSTER.put(
        StateStore.LINKED_VISITORS,
        StateStore.key("ann"),
        AvroBinary.encode(new LinkedVisitors(List.of(new LinkedVisitor("ann's phone", NOW)))));
    CLUSTER.put(
        StateStore.ITEM_POPULARITY,
        StateStore.key("lamp"),
        AvroBinary.encode(new ItemPopularity("lamp", NOW, 10.0, 100L, 4.0, 44L, 2.0, 0L, 0L)));
    // Written before the service starts: it must not be ready before it has read this.
    try (var serializer = AvroSerdes.of(STACK.registryUrl()).serializer(ItemPopularity.class);
        var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
                new StringSerializer(),
                serializer)) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  Topics.ITEM_POPULARITY.name(),
                  "lamp",
                  new ItemPopularity("lamp", NOW, 10.0, 100L, 4.0, 44L, 2.0, 0L, 0L)));
    }
    service = RunningService.start(STACK, active.address() + "," + standby.address(), Map.of());
    item("lamp", true);
    item("bulb", true);
    item("shade", true);
  }

  @AfterAll
  static void stop() {
    service.close();
    active.close();
    standby.close();
  }

  private static void row(PairKind kind, String item, Neighbour... neighbours) {
    CLUSTER.put(
        StateStore.ITEM_NEIGHBOURS,
        StateStore.neighboursKey(kind, item),
        NeighbourRows.row(NOW, 10, 100, List.of(neighbours)));
  }

  private static void item(String id, boolean available) {
    var answer =
        service.post(
            "/v1/catalog/items",
            "{\"item_id\":\"%s\",\"title\":\"A %s\",\"category_path\":[\"home\"],\"price_minor\":999,\"currency\":\"EUR\",\"available\":%s}"
                .formatted(id, id, available));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> service.get("/v1/items/" + id).json().path("available").asBoolean() == available);
  }

  private static List<String> ids(JsonNode list) {
    var ids = new ArrayList<String>();
    list.forEach(each -> ids.add(each.path("item_id").asText()));
    return ids;
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void shouldSayWhatGoesWithAnItemByName() {
    var viewed = ok(service.get("/v1/items/lamp/similar"));
    assertThat(viewed.path("item_id").asText()).isEqualTo("lamp");
    assertThat(viewed.path("title").asText()).isEqualTo("A lamp");
    assertThat(viewed.path("kind").asText()).isEqualTo("viewed");
    assertThat(viewed.path("support").asInt()).isEqualTo(100);
    assertThat(ids(viewed.path("similar"))).containsExactly("bulb", "shade");
    assertThat(viewed.path("similar").path(0).path("title").asText()).isEqualTo("A bulb");
    assertThat(viewed.path("similar").path(0).path("support").asInt()).isEqualTo(40);
    assertThat(viewed.path("similar").path(0).path("score").asDouble()).isPositive();
    assertThat(viewed.path("state").toString())
        .isEqualTo("{\"stale\":false,\"lag_records\":0,\"unavailable_rows\":0}");
    assertThat(ids(ok(service.get("/v1/items/lamp/similar?kind=bought&limit=1")).path("similar")))
        .containsExactly("bulb");
  }

  @Test
  void shouldAnswerForAnItemThatNobodyHasSeen() {
    assertThat(ok(service.get("/v1/items/nobody%20saw%2Fthis/similar")).path("support").asInt())
        .isZero();
    assertThat(service.get("/v1/items/nobody").status()).isEqualTo(404);
    assertThat(service.get("/v1/items/nobody").headers().get("content-type"))
        .startsWith("application/problem+json");
    assertThat(service.get("/v1/users/nobody/profile").status()).isEqualTo(404);
  }

  @Test
  void shouldNotRecommendAnItemASecondAfterItWasReportedOutOfStock() throws InterruptedException {
    assertThat(ids(ok(service.get("/v1/items/lamp/similar")).path("similar"))).contains("shade");
    var reported =
        service.post(
            "/v1/catalog/items",
            "{\"item_id\":\"shade\",\"title\":\"A shade\",\"available\":false}");
    assertThat(reported.status()).isEqualTo(202);
    Thread.sleep(1_000);
    assertThat(ids(ok(service.get("/v1/items/lamp/similar")).path("similar")))
        .containsExactly("bulb");
    item("shade", true);
    assertThat(ids(ok(service.get("/v1/items/lamp/similar")).path("similar"))).contains("shade");
  }

  @Test
  void shouldRecommendToAUserFromTheCurrentVisit() {
    var answer = ok(service.get("/v1/users/ann/recommendations"));
    assertThat(answer.path("user_id").asText()).isEqualTo("ann");
    assertThat(ids(answer.path("recommendations")))
        .as("items of the visit itself are left out")
        .containsExactlyInAnyOrder("chair", "bulb", "shade");
    assertThat(ids(answer.path("recommendations")).get(0))
        .as("the newest counts most")
        .isEqualTo("chair");
  }

  @Test
  void shouldRecommendToAVisitorWhoTurnedOutToBeAUser() {
    assertThat(
            ids(ok(service.get("/v1/users/ann's%20phone/recommendations")).path("recommendations")))
        .startsWith("chair");
  }

  @Test
  void shouldShowTheEffectOfAClickBeforeTheStateKnowsIt() {
    var before = ok(service.get("/v1/users/fresh/recommendations?reasons=true"));
    assertThat(before.path("recommendations").findValuesAsText("source"))
        .doesNotContain("visit", "basket");

    assertThat(
            service
                .post(
                    "/v1/events",
                    "{\"type\":\"VIEW\",\"visitor_id\":\"fresh\",\"item_id\":\"lamp\"}")
                .status())
        .isEqualTo(202);

    var after = ok(service.get("/v1/users/fresh/recommendations"));
    assertThat(after.path("recommendations").path(0).path("source").asText()).isEqualTo("visit");
    assertThat(ids(after.path("recommendations"))).contains("bulb").doesNotContain("lamp");
  }

  @Test
  void shouldRecommendForABasketWithoutAUser() {
    var items =
        ok(service.post("/v1/recommendations", "{\"items\":[\"desk\",\"lamp\"],\"limit\":2}"));
    assertThat(ids(items.path("recommendations"))).containsExactly("bulb", "shade");
    var visit =
        ok(
            service.post(
                "/v1/recommendations",
                "{\"visit\":[{\"item_id\":\"lamp\",\"time\":%d},{\"item_id\":\"desk\",\"time\":%d}],\"limit\":1}"
                    .formatted(NOW, NOW - 60_000)));
    assertThat(ids(visit.path("recommendations"))).containsExactly("bulb");
    var bought =
        ok(service.post("/v1/recommendations", "{\"items\":[\"lamp\"],\"kind\":\"bought\"}"));
    assertThat(ids(bought.path("recommendations"))).startsWith("bulb", "cable");
  }

  @Test
  void shouldShowAnItemWithItsPopularityAndAUsersProfile() {
    var item = ok(service.get("/v1/items/lamp"));
    assertThat(item.path("title").asText()).isEqualTo("A lamp");
    assertThat(item.path("category_path").path(0).asText()).isEqualTo("home");
    assertThat(item.path("price_minor").asInt()).isEqualTo(999);
    assertThat(item.path("viewed_support").asInt()).isEqualTo(100);
    assertThat(item.path("bought_support").asInt()).isEqualTo(44);
    var profile = ok(service.get("/v1/users/ann/profile"));
    assertThat(profile.path("visits").asInt()).isEqualTo(3);
    assertThat(profile.path("visit").path(1).path("in_basket").asBoolean()).isTrue();
    assertThat(profile.path("visit").path(1).path("time").asText())
        .isEqualTo(Instant.ofEpochMilli(NOW).toString());
  }

  @Test
  void shouldFollowAVisitorToTheUserThatTheyWere() {
    assertThat(ok(service.get("/v1/users/ann's%20phone/profile")).path("user_id").asText())
        .isEqualTo("ann");

    var many =
        ok(
            service.post(
                "/v1/users/profiles", "{\"ids\":[\"nobody\",\"ann's phone\",\"ann\",\"ann\"]}"));
    assertThat(many.path("profiles")).hasSize(2);
    assertThat(many.path("profiles").path(0).path("id").asText()).isEqualTo("ann's phone");
    assertThat(many.path("profiles").path(0).path("profile").path("views").asInt()).isEqualTo(9);
    assertThat(many.path("unknown").path(0).asText()).isEqualTo("nobody");
    assertThat(service.post("/v1/users/profiles", "{\"ids\":[]}").status()).isEqualTo(400);
  }

  @Test
  void shouldExportEverythingHeldOfAUser() {
    var export = ok(service.get("/v1/users/ann/export"));
    assertThat(export.path("profile").path("bought").path(0).asText()).isEqualTo("vase");
    assertThat(export.path("visitors").path(0).path("visitor_id").asText())
        .isEqualTo("ann's phone");
    assertThat(ok(service.get("/v1/users/nobody/export")).has("profile")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=101", "limit=ten", "limit=", "kind=both"})
  void shouldNameABadParameter(String parameter) {
    var answer = service.get("/v1/items/lamp/similar?" + parameter);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").path(0).path("field").asText())
        .isEqualTo(parameter.substring(0, parameter.indexOf('=')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"items\":[]}",
        "{\"items\":[\"a\"],\"visit\":[{\"item_id\":\"a\"}]}",
        "{\"items\":[\"\"]}",
        "{\"items\":[\"a\"],\"limit\":0}",
        "{\"items\":[\"a\"],\"user\":\"ann\"}",
        "[]",
        "{"
      })
  void shouldRefuseABadBasket(String json) {
    assertThat(service.post("/v1/recommendations", json).status()).isEqualTo(400);
  }

  @Test
  void shouldAnswerFromTheStandbyAndSaySoWhileTheOwnerIsAway() {
    active.failWith(503);
    try {
      var answer = ok(service.get("/v1/items/lamp/similar"));
      assertThat(ids(answer.path("similar"))).contains("bulb");
      assertThat(answer.path("state").path("stale").asBoolean()).isTrue();
      assertThat(answer.path("state").path("lag_records").asInt()).isEqualTo(7);
    } finally {
      active.failWith(0);
    }
  }

  @Test
  void shouldShowTheApiAsAPageThatLoadsNothingFromElsewhere() {
    var page = service.get("/docs");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.text()).contains("/swagger-ui/res/swagger-ui-bundle.js");
    assertThat(page.text()).doesNotContainPattern("(src|href|url)\\s*[=:]\\s*['\"]?(https?:)?//");
    assertThat(service.get("/swagger-ui/res/swagger-ui-bundle.js").status()).isEqualTo(200);
    assertThat(service.get("/swagger-ui/res/swagger-ui.css").status()).isEqualTo(200);
    assertThat(service.get("/swagger/shopstream.yml").text()).contains("/v1/items/{id}/similar");
  }

  @Test
  void shouldShowHealthAndMetrics() {
    assertThat(service.get("/health").status()).isEqualTo(200);
    assertThat(service.get("/health/liveness").status()).isEqualTo(200);
    ok(service.get("/v1/items/lamp/similar"));
    assertThat(service.get("/prometheus").text())
        .contains("catalog_items", "http_server_requests_seconds", "collector_pending_bytes");
  }
}
