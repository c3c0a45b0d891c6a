package io.shopstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.bench.fuzz.HttpFuzz;
import io.shopstream.bench.fuzz.Pulse;
import io.shopstream.bench.fuzz.RecordFuzz;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.local.stack.LocalStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole shop as it is run: broker, registry, streams-app and query-service, each a process of
 * its own; the beginning of the shipped data set replayed into it; everything asked over HTTP.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeShopIT {

  @RegisterExtension static final RunningShop SHOP = RunningShop.shared();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private static LocalStack stack;
  private static OnlineRetailCounts expected;
  // As they were after the replay: other tests click, too.
  private static Map<String, NeighbourRow> viewedRows;
  private static Map<String, NeighbourRow> boughtRows;

  @BeforeAll
  static void awaitReplay() {
    stack = SHOP.stack();
    expected = SHOP.expected();
    viewedRows = SHOP.counted().viewed();
    boughtRows = SHOP.counted().bought();
  }

  @Test
  void shouldCountWhatTheFileSays() {
    assertRows(PairKind.VIEWED, viewedRows, expected.viewed, expected.viewedTogether);
    assertRows(PairKind.BOUGHT, boughtRows, expected.bought, expected.boughtTogether);
  }

  private static void assertRows(
      PairKind kind,
      Map<String, NeighbourRow> rows,
      Map<String, Long> items,
      Map<String, Map<String, Integer>> pairs) {
    var exact = 0;
    for (var item : items.keySet()) {
      var row = rows.get(item);
      var truth = pairs.getOrDefault(item, Map.of());
      assertThat(row.support()).as("%s of %s", kind, item).isEqualTo(items.get(item));
      var counted = new TreeMap<String, Integer>();
      for (var k = 0; k < row.size(); k++) {
        var neighbour = row.neighbourId(k);
        counted.put(neighbour, row.neighbourSupport(k));
        assertThat(truth.getOrDefault(neighbour, 0))
            .as("%s of %s with %s", kind, item, neighbour)
            .isBetween(row.neighbourSupport(k), row.neighbourSupport(k) + row.neighbourMissed(k));
      }
      if (row.supportError() == 0) {
        assertThat(counted).as("%s of %s", kind, item).isEqualTo(truth);
        exact++;
      } else {
        truth.forEach(
            (neighbour, support) -> {
              if (!counted.containsKey(neighbour)) {
                assertThat(support)
                    .as("%s of %s with %s, evicted", kind, item, neighbour)
                    .isLessThanOrEqualTo(row.supportError());
              }
            });
      }
    }
    assertThat(exact).as("rows that were never full").isGreaterThan(items.size() / 3);
    assertThat(exact).as("some rows were full").isLessThan(items.size());
  }

  @Test
  void shouldFindKafkaClosedToThoseWithoutThePassword() {
    var settings = new HashMap<>(stack.layout().kafkaSecurity().orElseThrow().clientSettings());
    settings.put("bootstrap.servers", stack.layout().bootstrapServers());
    settings.put(
        "sasl.jaas.config",
        settings.get("sasl.jaas.config").toString().replaceFirst("password=\"", "password=\"x"));
    try (var admin = Admin.create(settings)) {
      assertThatThrownBy(() -> admin.describeCluster().nodes().get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
    var plain =
        Map.<String, Object>of(
            "bootstrap.servers",
            stack.layout().bootstrapServers(),
            "default.api.timeout.ms",
            1_500,
            "request.timeout.ms",
            1_000);
    try (var admin = Admin.create(plain)) {
      assertThatThrownBy(() -> admin.describeCluster().nodes().get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  /** Last, because what it sends is seen everywhere. {@code ./shopstream fuzz} is the long form. */
  @Test
  @Order(Integer.MAX_VALUE)
  void shouldBreakOnNoRequestAndNoRecord() {
    var random = new SplittableRandom(1);
    var http = new HttpFuzz(stack.layout().queryUrl());
    var pulse =
        new Pulse(stack.layout().queryUrl(), "http://127.0.0.1:" + stack.layout().streamsPort());
    try (var records =
        new RecordFuzz(
            stack.layout().bootstrapServers(),
            stack.layout().registryUrl(),
            stack.layout().kafkaSecurity().orElseThrow().clientSettings())) {
      records.send(2_000, random.split());
      http.send(2_000, random.split());
    }

    assertThat(http.failures()).isEmpty();
    assertThat(http.taken()).isPositive();
    assertThat(http.refused()).isPositive();
    pulse.awaitBeat("by the fuzzer");
    assertThat(pulse.deadThreads()).isZero();
  }

  @Test
  void shouldNameTheNeighboursOfAWellKnownProduct() throws Exception {
    var answer = get("/v1/items/22423/similar?limit=5&kind=bought", 200);

    assertThat(answer.get("title").asText()).isEqualTo("REGENCY CAKESTAND 3 TIER");
    assertThat(answer.get("similar")).hasSize(5);
    for (var neighbour : answer.get("similar")) {
      var id = neighbour.get("item_id").asText();
      assertThat(neighbour.get("title").asText()).isNotBlank();
      assertThat(neighbour.get("support").asInt())
          .isLessThanOrEqualTo(expected.boughtTogether.get("22423").get(id));
    }
  }

  @Test
  void shouldRecommendToAVisitorAsSoonAsTheyClick() throws Exception {
    post(
        "/v1/events",
        """
        {"type":"VIEW","visitor_id":"somebody-new","item_id":"22423"}\
        """,
        202);

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(
                        get("/v1/users/somebody-new/recommendations", 200).get("recommendations"))
                    .isNotEmpty());
  }

  @Test
  void shouldNotRecommendAnItemASecondAfterItIsReportedOutOfStock() throws Exception {
    var basket =
        """
        {"items":["22423"],"limit":10}\
        """;
    var best = first(post("/v1/recommendations", basket, 200));
    // Its title stays: other tests read it.
    var soldOut =
        JSON.createObjectNode()
            .put("item_id", best)
            .put("title", get("/v1/items/" + best, 200).get("title").asText())
            .put("available", false);
    post("/v1/catalog/items", soldOut.toString(), 202);
    Thread.sleep(1_000);

    for (var item : post("/v1/recommendations", basket, 200).get("recommendations")) {
      assertThat(item.get("item_id").asText()).isNotEqualTo(best);
    }
  }

  @Test
  void shouldRefuseASecondOrderWithTheIdOfAnother() throws Exception {
    var order =
        """
        {"order_id":"again","user_id":"u","time":"2026-01-01T00:00:00Z","amount_minor":%d,
         "currency":"GBP","lines":[{"item_id":"22423","quantity":1,"price_minor":1275}]}\
        """;
    post("/v1/orders", order.formatted(1275), 202);

    post("/v1/orders", order.formatted(1275), 202);
    post("/v1/orders", order.formatted(1276), 409);
  }

  @Test
  void shouldSayWhyFromTheRowsOfTheVisitAndOfTheBasket() throws Exception {
    post(
        "/v1/events",
        """
        [{"type":"VIEW","visitor_id":"with-a-basket","item_id":"22423"},
         {"type":"ADD_TO_CART","visitor_id":"with-a-basket","item_id":"22699"}]\
        """,
        202);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !recommended("with-a-basket", "basket").isEmpty());

    for (var item : recommended("with-a-basket", "visit")) {
      var reason = item.get("reasons").get(0);
      assertThat(reason.get("code").asText()).isEqualTo("viewed_with");
      assertThat(reason.get("text").asText())
          .matches(
              "viewed with .+ in (at least )?%d visits?".formatted(item.get("support").asInt()));
      assertThat(item.get("support").asInt()).isPositive();
    }
    for (var item : recommended("with-a-basket", "basket")) {
      var reason = item.get("reasons").get(0);
      assertThat(reason.get("item_id").asText()).isEqualTo("22699");
      assertThat(reason.get("text").asText())
          .startsWith("bought with ROSES REGENCY TEACUP AND SAUCER in ");
      assertThat(reason.get("support").asInt())
          .isLessThanOrEqualTo(
              expected.boughtTogether.get("22699").get(item.get("item_id").asText()));
    }
  }

  @Test
  void shouldHaveSomethingForANewItemANewVisitorAndAnUnknownId() throws Exception {
    post(
        "/v1/catalog/items",
        """
        [{"item_id":"new-teacup","title":"PURPLE REGENCY TEACUP AND SAUCER","category_path":["TEA"]},
         {"item_id":"new-teapot","title":"PURPLE TEAPOT","category_path":["TEA"]}]\
        """,
        202);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !list("/v1/items/new-teacup/similar?sources=category_trend").isEmpty());

    // Of three teacups another test may have sold one out.
    var alike = list("/v1/items/new-teacup/similar?limit=2&reasons=true");
    for (var item : alike) {
      assertThat(item.get("source").asText()).isEqualTo("content");
      assertThat(item.get("title").asText()).contains("REGENCY TEACUP");
      assertThat(item.get("reasons").get(0).get("text").asText())
          .startsWith("similar to PURPLE REGENCY TEACUP AND SAUCER (")
          .contains("teacup");
    }
    var inCategory = list("/v1/items/new-teacup/similar?sources=category_trend&reasons=true");
    assertThat(inCategory.get(0).get("item_id").asText()).isEqualTo("new-teapot");
    assertThat(list("/v1/items/no-such-item/similar?limit=5")).hasSize(5);
    assertThat(list("/v1/users/no-such-user/recommendations?limit=5")).hasSize(5);
  }

  @Test
  void shouldRecommendByTheTastesOfAVisitor() throws Exception {
    post(
        "/v1/catalog/items",
        """
        [{"item_id":"taste-1","title":"Oak spoon","category_path":["KITCHEN"],"brand":"Oakly"},
         {"item_id":"taste-2","title":"Steel ladle","category_path":["KITCHEN"],"brand":"Umbra"}]\
        """,
        202);
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              // Sent again, because traits of an item may be known a moment after it is.
              post(
                  "/v1/events",
                  """
                  {"type":"VIEW","visitor_id":"cook","item_id":"taste-1"}\
                  """,
                  202);
              var tasted = recommended("cook", "profile");
              assertThat(tasted.at("/0/item_id").asText()).as("%s", tasted).isEqualTo("taste-2");
              var reason = tasted.at("/0/reasons/0");
              assertThat(reason.get("code").asText()).isEqualTo("favourite_category");
              assertThat(reason.get("text").asText())
                  .isEqualTo("in the favourite category KITCHEN (100 % of all interest)");
            });
  }

  @Test
  void shouldKeepEachRuleOfAShop() throws Exception {
    post(
        "/v1/catalog/items",
        """
        [{"item_id":"rule-1","title":"Green mug","category_path":["RULED"],"brand":"Alpha","price_minor":100,"currency":"GBP"},
         {"item_id":"rule-2","title":"Blue mug","category_path":["RULED"],"brand":"Alpha","price_minor":200,"currency":"GBP"},
         {"item_id":"rule-3","title":"Red mug","category_path":["RULED"],"brand":"Beta","price_minor":5000,"currency":"GBP"},
         {"item_id":"rule-4","title":"Oak tray","category_path":["APART"],"brand":"Gamma","price_minor":300,"currency":"GBP"}]\
        """,
        202);
    var like = "/v1/items/22423/similar?strategy=standard&";
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(shown(like + "category=RULED"))
                    .containsExactlyInAnyOrder("rule-1", "rule-2", "rule-3"));
    var best = shown(like + "limit=3");

    assertThat(best).hasSize(3);
    assertThat(shown(like + "limit=3&exclude=" + best.get(0)))
        .doesNotContain(best.get(0))
        .contains(best.get(1), best.get(2));
    assertThat(shown(like + "brand=Alpha")).containsExactlyInAnyOrder("rule-1", "rule-2");
    assertThat(shown(like + "category=RULED&min_price_minor=150&max_price_minor=1000"))
        .containsExactly("rule-2");
    assertThat(shown(like + "limit=3&boost=item:" + best.get(2) + ":1000")).startsWith(best.get(2));
    assertThat(shown(like + "limit=3&boost=item:" + best.get(0) + ":0.001"))
        .doesNotContain(best.get(0));
    assertThat(shown(like + "category=RULED&max_per_brand=1")).hasSize(2).contains("rule-3");
    assertThat(shown(like + "category=RULED&category=APART&max_category_share=0.5&limit=2"))
        .hasSize(2)
        .contains("rule-4");
    assertThat(shown(like + "brand=Alpha&brand=Gamma&diversity=1&limit=2"))
        .hasSize(2)
        .contains("rule-4");

    post(
        "/v1/catalog/items",
        """
        {"item_id":"rule-3","title":"Red mug","category_path":["RULED"],"brand":"Beta","price_minor":5000,"currency":"GBP","available":false}\
        """,
        202);
    post(
        "/v1/orders",
        """
        {"order_id":"ruler-1","user_id":"ruler","amount_minor":100,"currency":"GBP",
         "lines":[{"item_id":"rule-1","quantity":1,"price_minor":100}]}\
        """,
        202);
    var ruler = "/v1/users/ruler/recommendations?strategy=standard&category=RULED";
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(shown(like + "category=RULED")).doesNotContain("rule-3");
              assertThat(shown(ruler + "&exclude_bought=true")).containsExactly("rule-2");
            });
    assertThat(shown(like + "category=RULED&only_available=false")).contains("rule-3");
    assertThat(shown(ruler)).contains("rule-1");
  }

  private static List<String> shown(String path) throws Exception {
    return list(path).findValuesAsText("item_id");
  }

  @Test
  void shouldShowWhatRisesNow() throws Exception {
    var item = unpopular();
    var clicks = new ArrayList<String>();
    for (var visitor = 0; visitor < 40; visitor++) {
      clicks.add(
          "{\"type\":\"VIEW\",\"visitor_id\":\"crowd-%d\",\"item_id\":\"%s\"}"
              .formatted(visitor, item));
    }
    post("/v1/events", "[" + String.join(",", clicks) + "]", 202);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              var trends = list("/v1/users/no-such-user/recommendations?limit=3&reasons=true");
              var rising = new ArrayList<String>();
              for (var each : trends) {
                if (each.at("/reasons/0/code").asText().equals("trending_in_shop")) {
                  rising.add(each.get("item_id").asText());
                }
              }
              assertThat(rising).as("%s", trends).contains(item);
            });
  }

  private static String unpopular() {
    return expected.viewed.entrySet().stream()
        .filter(entry -> entry.getValue() == 1)
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldTellWhatBecomesOfRecommendations() throws Exception {
    var answer = get("/v1/users/feedback-user/recommendations?strategy=diverse&limit=3", 200);
    var list = answer.get("recommendation_id").asText();
    var item = first(answer);
    for (var time = 0; time < 2; time++) {
      post(
          "/v1/impressions",
          """
          {"recommendation_id":"%s","visitor_id":"feedback-user"}\
          """
              .formatted(list),
          202);
    }
    post(
        "/v1/events",
        """
        {"type":"VIEW","visitor_id":"feedback-user","item_id":"%s","recommendation_id":"%s"}\
        """
            .formatted(item, list),
        202);
    post(
        "/v1/orders",
        """
        {"order_id":"after-a-click","visitor_id":"feedback-user","amount_minor":100,"currency":"GBP",
         "lines":[{"item_id":"%s","quantity":1,"price_minor":100}]}\
        """
            .formatted(item),
        202);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              // Others are shown lists of this strategy, too, by their variant; none asks for it.
              var asked = new ArrayList<JsonNode>();
              for (var each : get("/v1/recommendations/performance", 200).get("performance")) {
                if (each.get("strategy").asText().equals("diverse")
                    && each.get("variant").asText().equals("asked-for")) {
                  asked.add(each);
                }
              }
              assertThat(asked).hasSize(1);
              var counts = asked.get(0);
              assertThat(counts.get("place").asText()).isEqualTo("user");
              assertThat(counts.get("strategy").asText()).isEqualTo("diverse");
              assertThat(counts.get("impressions").asInt()).isEqualTo(1);
              assertThat(counts.get("clicks").asInt()).isEqualTo(1);
              assertThat(counts.get("conversions").asInt()).isEqualTo(1);
              assertThat(counts.get("click_through_rate").asDouble()).isEqualTo(1.0);
            });
    var metrics =
        HTTP.send(request("/prometheus").build(), HttpResponse.BodyHandlers.ofString()).body();
    assertThat(metrics)
        .containsPattern("recommendations_click_through_ratio\\{[^}]*strategy=\"diverse\"");
  }

  @Test
  void shouldPushNewRecommendationsAsTheVisitorClicks() throws Exception {
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(
                        stack.layout().queryUrl()
                            + "/v1/users/listener/recommendations/stream?limit=3"))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(nextData(lines)).contains("\"source\":\"shop_trend\"");
      post(
          "/v1/events",
          """
          {"type":"VIEW","visitor_id":"listener","item_id":"22423"}\
          """,
          202);
      assertThat(nextData(lines)).contains("\"source\":\"visit\"");
    }
  }

  @Test
  void shouldExportWhatEveryStoreHoldsOfAUserAndEraseIt() throws Exception {
    var list =
        get("/v1/users/forget-me/recommendations?strategy=standard", 200).get("recommendation_id");
    post(
        "/v1/impressions",
        """
        {"recommendation_id":%s,"user_id":"forget-me","visitor_id":"forget-me-too"}\
        """
            .formatted(list),
        202);
    post(
        "/v1/orders?wait=score",
        """
        {"order_id":"to-be-forgotten","user_id":"forget-me","amount_minor":100,"currency":"GBP",
         "card_fingerprint":"card-of-one","lines":[{"item_id":"22423","quantity":1,"price_minor":100}]}\
        """,
        202);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              var held = get("/v1/users/forget-me/export", 200);
              assertThat(held.at("/profile/bought/0").asText()).isEqualTo("22423");
              assertThat(held.at("/orders/0/order_id").asText()).isEqualTo("to-be-forgotten");
              assertThat(held.at("/velocity/0/orders").asInt()).isEqualTo(1);
              assertThat(held.at("/feedback/0/shown_lists")).hasSize(1);
              get("/v1/entities/card/card-of-one/velocity", 200);
            });

    send(request("/v1/users/forget-me").DELETE().build(), 202);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              var held = get("/v1/users/forget-me/export", 200);
              assertThat(held.has("profile")).isFalse();
              assertThat(held.path("orders")).isEmpty();
              assertThat(held.path("velocity")).isEmpty();
              assertThat(held.path("feedback")).isEmpty();
              get("/v1/entities/card/card-of-one/velocity", 404);
            });
  }

  private static String nextData(BufferedReader lines) throws IOException {
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data:") && line.contains("recommendation_id")) {
        return line;
      }
    }
    throw new AssertionError("The stream ended");
  }

  private static JsonNode recommended(String user, String source) throws Exception {
    return list(
        "/v1/users/%s/recommendations?strategy=standard&reasons=true&sources=%s"
            .formatted(user, source));
  }

  private static JsonNode list(String path) throws Exception {
    var answer = get(path, 200);
    return answer.has("similar") ? answer.get("similar") : answer.get("recommendations");
  }

  private static String first(JsonNode answer) {
    return answer.get("recommendations").get(0).get("item_id").asText();
  }

  private static JsonNode get(String path, int status) throws Exception {
    return send(request(path).build(), status);
  }

  private static JsonNode post(String path, String body, int status) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        status);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(stack.layout().queryUrl() + path))
        .timeout(Duration.ofSeconds(10));
  }

  private static JsonNode send(HttpRequest request, int status) throws Exception {
    var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }
}
