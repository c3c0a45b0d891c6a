package io.shopstream.query.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.shopstream.events.Affinity;
import io.shopstream.events.AffinityDimension;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.PairKind;
import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import io.shopstream.query.recommend.NeighbourRows.Neighbour;
import io.shopstream.query.state.StateServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each link of the chain, each rule and each reason, asked over HTTP. */
class ServingIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final StateServer.Cluster CLUSTER = new StateServer.Cluster(4);
  private static final long NOW = System.currentTimeMillis();
  private static StateServer state;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    STACK.emptyTopics(4);
    state = new StateServer(CLUSTER);
    CLUSTER.holdAll(state, null);
    row(PairKind.VIEWED, "lamp", new Neighbour("bulb", 5, 40), new Neighbour("shade", 3, 30));
    row(PairKind.BOUGHT, "desk", new Neighbour("drawer", 9, 90), new Neighbour("vase", 5, 1));
    profile(
        "ann",
        List.of(
            new VisitItem("lamp", NOW - 5_000, false, 1, 0),
            new VisitItem("desk", NOW, true, 1, 0)),
        List.of("vase"),
        new Affinity(AffinityDimension.CATEGORY, "cups", 0.7),
        new Affinity(AffinityDimension.BRAND, "Acme", 0.42));
    service =
        RunningService.start(
            STACK,
            state.address(),
            Map.of(
                "shopstream.recommendations.variants.control.share", 50,
                "shopstream.recommendations.variants.diverse.share", 50,
                "shopstream.recommendations.stream.heartbeat", "300ms",
                "shopstream.recommendations.stream.max-streams-of-user", 2,
                "shopstream.trends.refresh-interval", "100ms"));
    catalog(
        item("lamp", "Desk lamp", "light", "Acme", 2_000),
        item("bulb", "Light bulb", "light", "Acme", 300),
        item("shade", "Lamp shade", "light", "Umbra", 900),
        item("desk", "Oak desk", "furniture", "Oakly", 30_000),
        item("drawer", "Drawer", "furniture", "Oakly", 9_000),
        item("vase", "Blue vase", "vases", "Acme", 1_500),
        item("mug", "Blue mug", "cups", "Umbra", 700),
        item("cup", "Tea cup", "cups", "Acme", 500),
        item("stand", "Oak desk stand", "office", "Oakly", 4_000),
        item("rug", "Wool rug", "floor", "Umbra", 8_000));
    weights(
        new ItemPopularity("rug", NOW, 900.0, 2_000L, 100.0, 300L, 9.0, DAYS_90, HOURS_6),
        new ItemPopularity("mug", NOW, 400.0, 800L, 50.0, 90L, 3.0, DAYS_90, HOURS_6),
        new ItemPopularity("cup", NOW, 30.0, 30L, 1.0, 1L, 25.0, DAYS_90, HOURS_6),
        new ItemPopularity("drawer", NOW, 20.0, 20L, 0.0, 0L, 18.0, DAYS_90, HOURS_6));
    Awaitility.await("everything is known")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                service.get("/v1/items/rug").status() == 200
                    && texts(ask("sources=shop_trend", "nobody"), "item_id").size() == 10
                    && texts(ask("sources=shop_trend", "nobody"), "item_id").get(0).equals("cup"));
  }

  private static final long DAYS_90 = Duration.ofDays(90).toMillis();
  private static final long HOURS_6 = Duration.ofHours(6).toMillis();

  @AfterAll
  static void stop() {
    service.close();
    state.close();
  }

  private static void row(PairKind kind, String item, Neighbour... neighbours) {
    CLUSTER.put(
        StateStore.ITEM_NEIGHBOURS,
        StateStore.neighboursKey(kind, item),
        NeighbourRows.row(NOW, 10, 100, List.of(neighbours)));
  }

  private static void profile(
      String user, List<VisitItem> visit, List<String> bought, Affinity... affinities) {
    CLUSTER.put(
        StateStore.USER_PROFILES,
        StateStore.key(user),
        AvroBinary.encode(
            UserProfile.newBuilder()
                .setUserId(user)
                .setFirstSeenTimeMs(NOW - 5_000)
                .setLastSeenTimeMs(NOW)
                .setVisits(3)
                .setViews(9)
                .setCarts(1)
                .setSearches(0)
                .setOrders(2)
                .setVisit(visit)
                .setBought(bought)
                .setAffinities(List.of(affinities))
                .build()));
  }

  private static String item(String id, String title, String category, String brand, int price) {
    return """
        {"item_id":"%s","title":"%s","category_path":["home","%s"],"brand":"%s",
         "price_minor":%d,"currency":"EUR"}"""
        .formatted(id, title, category, brand, price);
  }

  private static void catalog(String... items) {
    var answer = service.post("/v1/catalog/items", "[" + String.join(",", items) + "]");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
  }

  private static void weights(ItemPopularity... popularities) {
    try (var serializer = AvroSerdes.of(STACK.registryUrl()).serializer(ItemPopularity.class);
        var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
                new StringSerializer(),
                serializer)) {
      for (var each : popularities) {
        var unused =
            producer.send(
                new ProducerRecord<>(Topics.ITEM_POPULARITY.name(), each.getItemId(), each));
      }
    }
  }

  private static JsonNode ask(String query, String user) {
    var answer = service.get("/v1/users/" + user + "/recommendations?strategy=standard&" + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static JsonNode list(JsonNode answer) {
    return answer.has("similar") ? answer.path("similar") : answer.path("recommendations");
  }

  private static List<String> texts(JsonNode answer, String field) {
    var texts = new ArrayList<String>();
    list(answer).forEach(each -> texts.add(each.path(field).asText()));
    return texts;
  }

  private static JsonNode reason(JsonNode answer, String item) {
    for (var each : list(answer)) {
      if (each.path("item_id").asText().equals(item)) {
        return each.path("reasons").path(0);
      }
    }
    throw new AssertionError(item + " is not in " + answer);
  }

  // ------------------------------------------------------------------ the chain

  @Test
  void shouldWalkTheWholeChainForAUserWithAVisitABasketAndTastes() {
    var answer = ask("limit=8", "ann");

    assertThat(texts(answer, "item_id"))
        .containsExactly("bulb", "shade", "drawer", "vase", "mug", "cup", "stand", "rug");
    assertThat(texts(answer, "source"))
        .containsExactly(
            "visit", "visit", "basket", "basket", "profile", "profile", "content", "shop_trend");
    assertThat(list(answer).get(0).path("score").asDouble())
        .isGreaterThan(list(answer).get(7).path("score").asDouble());
    assertThat(list(answer).get(0).path("reasons").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "visit          | bulb   | viewed_with          | viewed with Desk lamp in 40 visits",
        "basket         | drawer | bought_with          | bought with Oak desk in 90 orders",
        "basket         | vase   | bought_with          | bought with Oak desk in 1 order",
        "profile        | cup    | favourite_category   | in the favourite category cups (70 % of all interest)",
        "profile        | vase   | favourite_brand      | of the favourite brand Acme (42 % of all interest)",
        "content        | stand  | similar_content      | similar to Oak desk (oak, desk, brand Oakly)",
        "category_trend | drawer | trending_in_category | trending in furniture: seen 24.6 times as often as expected",
        "category_trend | mug    | popular_in_category  | popular in cups",
        "shop_trend     | cup    | trending_in_shop     | trending in the shop: seen 22.0 times as often as expected",
        "shop_trend     | rug    | popular_in_shop      | popular in the shop",
        "shop_trend     | stand  | new_in_shop          | new in the shop"
      })
  void shouldSayWhyWithEachLinkOfTheChain(String source, String item, String code, String text) {
    var reason = reason(ask("reasons=true&sources=" + source, "ann"), item);

    assertThat(reason.path("code").asText()).isEqualTo(code);
    assertThat(reason.path("text").asText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/users/nobody/recommendations", "/v1/items/nobody-saw-it/similar"})
  void shouldNeverLeaveANewcomerWithAnEmptyList(String path) {
    var answer = service.get(path + "?limit=3").json();

    assertThat(texts(answer, "item_id")).containsExactly("cup", "drawer", "rug");
    assertThat(texts(answer, "source")).containsOnly("shop_trend");
  }

  @Test
  void shouldRecommendNextToANewItemWhatIsLikeIt() {
    var answer = service.get("/v1/items/stand/similar?limit=4&reasons=true").json();

    assertThat(texts(answer, "item_id")).startsWith("desk");
    assertThat(texts(answer, "source")).startsWith("content", "content", "content");
    assertThat(reason(answer, "desk").path("text").asText())
        .isEqualTo("similar to Oak desk stand (oak, desk, brand Oakly)");
  }

  @Test
  void shouldTakeABasketWithoutAVisit() {
    var answer = service.post("/v1/recommendations", "{\"basket\":[\"desk\"],\"limit\":2}").json();

    assertThat(texts(answer, "item_id")).containsExactly("drawer", "vase");
    assertThat(texts(answer, "source")).containsExactly("basket", "basket");
  }

  @Test
  void shouldAnswerFromWhatIsHereWhileNoStateCanBeRead() {
    state.failWith(503);
    try {
      var answer = service.get("/v1/users/ann/recommendations?limit=3");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(texts(answer.json(), "source")).containsOnly("shop_trend").hasSize(3);
      assertThat(answer.json().at("/state/unavailable_rows").asInt()).isPositive();
      assertThat(service.get("/v1/users/ann/recommendations?exclude_bought=true").status())
          .as("a rule that cannot be kept")
          .isEqualTo(503);
    } finally {
      state.failWith(0);
    }
  }

  // ------------------------------------------------------------------ the rules

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=2                                          | bulb shade",
        "limit=3&exclude=bulb&exclude=drawer              | shade vase mug",
        "limit=4&exclude_bought=true                      | bulb shade drawer mug",
        "limit=5&category=cups&category=Office            | cup mug stand",
        "limit=5&brand=UMBRA                              | shade mug rug",
        "min_price_minor=4000&max_price_minor=9000        | drawer stand rug",
        "limit=2&boost=brand:umbra:3                      | shade bulb",
        "limit=2&boost=item:rug:1000&boost=category:light:0.001 | drawer rug",
        "limit=3&max_per_brand=1                          | bulb shade drawer",
        "limit=4&max_category_share=0.25                  | bulb drawer vase mug",
        "limit=3&diversity=1                              | bulb shade drawer",
      })
  void shouldKeepEachRule(String query, String items) {
    assertThat(texts(ask(query, "ann"), "item_id")).containsExactlyInAnyOrder(items.split(" "));
  }

  @Test
  void shouldKeepTheRulesInABodyToo() {
    var answer =
        service.post(
            "/v1/recommendations",
            """
            {"items":["lamp"],"basket":["desk"],"user_id":"ann","limit":3,"kind":"viewed",
             "exclude":["shade"],"exclude_bought":true,"only_available":true,
             "categories":["home"],"brands":["Acme","Oakly"],"min_price_minor":100,
             "max_price_minor":50000,"boosts":[{"brand":"Oakly","factor":100}],"diversity":0.1,
             "max_per_brand":2,"max_category_share":0.5,"reasons":true,"strategy":"standard",
             "sources":["visit","basket","content"]}""");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(texts(answer.json(), "item_id")).containsExactly("drawer", "stand", "bulb");
    assertThat(reason(answer.json(), "bulb").path("support").asInt()).isEqualTo(40);
  }

  @Test
  void shouldShowWhatCannotBeBoughtOnlyWhenAsked() {
    catalog(
        "{\"item_id\":\"gone\",\"title\":\"Sold out\",\"category_path\":[\"past\"],\"available\":false}");
    Awaitility.await()
        .until(
            () ->
                texts(ask("only_available=false&category=past", "ann"), "item_id")
                    .equals(List.of("gone")));
    assertThat(texts(ask("category=past", "ann"), "item_id")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "exclude=",
        "exclude_bought=yes",
        "only_available=1",
        "category=",
        "min_price_minor=1.5",
        "max_price_minor=-1",
        "boost=brand:x",
        "boost=colour:red:2",
        "boost=brand:x:5000",
        "diversity=2",
        "max_per_brand=0",
        "max_category_share=0",
        "reasons=maybe",
        "strategy=unknown",
        "sources=moon",
        "limit=3&limit=4",
        "exlude=a"
      })
  void shouldNameTheParameterThatBreaksItsRule(String query) {
    var answer = service.get("/v1/users/ann/recommendations?" + query);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
    assertThat(answer.json().at("/errors/0/field").asText())
        .isEqualTo(query.substring(0, query.indexOf('=')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'max_price_minor':1,'min_price_minor':2 | max_price_minor",
        "'boosts':[{'factor':2}]                 | boosts[0].item_id",
        "'boosts':[{'brand':'x','factor':0}]     | boosts[0].factor",
        "'diversity':'high'                      | diversity",
        "'categories':'cups'                     | categories"
      })
  void shouldNameTheFieldThatBreaksItsRule(String fields, String field) {
    var answer =
        service.post("/v1/recommendations", ("{'items':['a']," + fields + "}").replace('\'', '"'));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(field);
  }

  // ------------------------------------------------------------------ the experiment

  @Test
  void shouldServeAUserByOneVariantAlwaysAndNameTheList() {
    var variants = new ArrayList<String>();
    for (var user = 0; user < 40; user++) {
      var path = "/v1/users/u" + user + "/recommendations?limit=1";
      var once = service.get(path).json();
      var again = service.get(path).json();
      assertThat(again.path("variant")).isEqualTo(once.path("variant"));
      assertThat(again.path("recommendation_id")).isNotEqualTo(once.path("recommendation_id"));
      assertThat(once.path("recommendation_id").asText())
          .hasSizeLessThanOrEqualTo(64)
          .contains("." + once.path("variant").asText() + ".");
      variants.add(once.path("variant").asText());
    }
    assertThat(variants).contains("control", "diverse");
    assertThat(ask("limit=1", "u1").path("variant").asText()).isEqualTo("asked-for");
    assertThat(service.get("/v1/items/lamp/similar").json().path("variant").asText())
        .isEqualTo("anonymous");
  }

  // ------------------------------------------------------------------ feedback and streams

  @Test
  void shouldTakeImpressionsOfListsThatItGaveOut() {
    var list = ask("limit=1", "ann").path("recommendation_id").asText();
    var impression = "{\"recommendation_id\":\"%s\",\"visitor_id\":\"%s\"}";

    var taken =
        service.post("/v1/impressions", "[%s]".formatted(impression.formatted(list, "ann")));
    assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    assertThat(taken.json().path("accepted").asInt()).isEqualTo(1);
    for (var bad :
        List.of(
            impression.formatted(list, "bob"),
            impression.formatted("made-up", "ann"),
            impression.formatted(list.substring(1), "ann"))) {
      var refused = service.post("/v1/impressions", bad);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("recommendation_id");
    }
    assertThat(service.get("/v1/recommendations/performance").json().path("performance").isArray())
        .isTrue();
  }

  @Test
  @Timeout(60)
  void shouldPushNewRecommendationsWhenTheUserDidSomething() {
    profile("cid", List.of(new VisitItem("lamp", NOW, false, 1, 0)), List.of());
    try (var stream = Listener.open(service, "cid")) {
      assertThat(stream.nextData("recommendations")).contains("viewed with Desk lamp");
      assertThat(stream.nextData("heartbeat")).contains("alive");
      profile(
          "cid",
          List.of(
              new VisitItem("lamp", NOW, false, 1, 0), new VisitItem("desk", NOW + 1, true, 1, 0)),
          List.of());
      assertThat(stream.nextData("recommendations")).contains("bought with Oak desk");
    }
    Awaitility.await("streams are closed")
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> service.get("/prometheus").text().contains("recommendations_streams_open 0.0"));
  }

  @Test
  @Timeout(60)
  void shouldBoundTheStreamsOfAUser() {
    try (var one = Listener.open(service, "dan");
        var two = Listener.open(service, "dan")) {
      one.nextData("recommendations");
      two.nextData("recommendations");
      var third = service.get("/v1/users/dan/recommendations/stream");
      assertThat(third.status()).isEqualTo(503);
      assertThat(third.headers()).containsKey("retry-after");
    }
    assertThat(service.get("/v1/users/dan/recommendations/stream?limit=0").status()).isEqualTo(400);
  }

  /** Listens to a stream of server-sent events. */
  private record Listener(HttpClient http, BufferedReader lines) implements AutoCloseable {

    static Listener open(RunningService service, String user) {
      try {
        var http = HttpClient.newHttpClient();
        var answer =
            http.send(
                HttpRequest.newBuilder(
                        service.uri(
                            "/v1/users/"
                                + user
                                + "/recommendations/stream?strategy=standard&reasons=true"))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Listener(
            http, new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    /** Data of the next event of a name; others are passed by. */
    String nextData(String name) {
      try {
        var event = "";
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event:")) {
            event = line.substring(6).trim();
          } else if (line.startsWith("data:") && event.equals(name)) {
            return line.substring(5).trim();
          }
        }
        throw new AssertionError("The stream ended");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        lines.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
