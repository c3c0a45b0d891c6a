package io.shopstream.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.endtoend.RunningShop;
import io.shopstream.events.topics.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.yaml.snakeyaml.Yaml;

/** What ops are shown of the running shop, and the files of Prometheus and Grafana against it. */
class OpsIT {

  @RegisterExtension static final RunningShop SHOP = RunningShop.shared();

  private static final Path HOME = Path.of(System.getProperty("shopstream.home"));
  private static final Path RULES = HOME.resolve("ops/prometheus/rules");
  private static final Path DASHBOARDS = HOME.resolve("ops/grafana/dashboards");
  private static final Path RUNBOOKS = HOME.resolve("docs/operations.md");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** An alert or a panel that names a metric which nobody exports would stay silent for ever. */
  @Test
  void shouldExportEveryMetricThatRulesAndDashboardsName() throws Exception {
    var selected = new ArrayList<MetricNames.Selected>();
    for (var rule : rules()) {
      selected.addAll(MetricNames.in(rule.path("expr").asText()));
    }
    for (var file : files(DASHBOARDS)) {
      for (var expression : JSON.readTree(Files.readString(file)).findValuesAsText("expr")) {
        selected.addAll(MetricNames.in(expression));
      }
    }
    assertThat(selected).hasSizeGreaterThan(100);
    showARecommendation();
    orderAndLearn();

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(MetricNames.missing(selected, text("/prometheus") + ofStreams()))
                    .as("named in ops/ and exported by nobody")
                    .isEmpty());
  }

  private static String ofStreams() throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(
            URI.create(
                "http://127.0.0.1:%d/prometheus".formatted(SHOP.stack().layout().streamsPort()))));
  }

  private static void showARecommendation() throws IOException, InterruptedException {
    var list = json("/v1/users/ops-test/recommendations").path("recommendation_id").asText();
    post(
        "/v1/impressions",
        "{\"recommendation_id\":\"%s\",\"visitor_id\":\"ops-test\"}".formatted(list));
  }

  /** So that fraud-learning has read something, and has a lag. */
  private static void orderAndLearn() throws IOException, InterruptedException {
    post(
        "/v1/orders?wait=score",
        """
        {"order_id":"ops-test","user_id":"ops-test","amount_minor":100,"currency":"GBP",
         "lines":[{"item_id":"22423","quantity":1,"price_minor":100}]}\
        """);
    post(
        "/v1/order-outcomes",
        """
        {"order_id":"ops-test","label":"LEGITIMATE"}\
        """);
  }

  private static void post(String path, String body) throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(URI.create(SHOP.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void shouldGiveEachAlertARunbookThatExists() throws IOException {
    var anchors = new HashSet<String>();
    Pattern.compile("(?m)^#+ (.*)$")
        .matcher(Files.readString(RUNBOOKS))
        .results()
        .forEach(heading -> anchors.add(anchor(heading.group(1))));
    for (var rule : rules()) {
      var link = rule.path("annotations").path("runbook_url").asText();
      assertThat(link).startsWith("{{ $externalLabels.runbooks }}#");
      assertThat(anchors)
          .as("runbook of %s", rule.path("alert").asText())
          .contains(link.substring(link.indexOf('#') + 1));
    }
    assertThat(Files.readString(HOME.resolve("ops/prometheus/prometheus.yml")))
        .contains("runbooks: " + HOME.relativize(RUNBOOKS));
  }

  /** As GitHub and others make it of a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
  }

  @Test
  void shouldTellLagByPositionAndByCommitOfEveryApplication() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              var groups = json("/v1/ops/lag").path("groups");
              for (var name : List.of("user-profiles", "item-co-occurrence", "fraud-scoring")) {
                var group = one(groups, "group", name);
                assertThat(group.path("partitions")).isNotEmpty();
                for (var partition : group.path("partitions")) {
                  assertThat(partition.path("position_offset").asLong())
                      .isBetween(
                          partition.path("committed_offset").asLong(),
                          partition.path("end_offset").asLong());
                }
                // All of the replay has been read, and what comes now is read within a moment.
                assertThat(group.path("position_lag_seconds").asDouble()).isLessThan(10);
              }
            });
  }

  @Test
  void shouldTellWhoHoldsWhatAndHowLargeItIs() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              var instances = json("/v1/ops/instances").path("instances");
              assertThat(instances).hasSize(1);
              var instance = instances.get(0);
              assertThat(instance.path("answers").asBoolean()).isTrue();
              assertThat(instance.at("/rocksdb/memory_used_bytes").asLong())
                  .isBetween(1L, instance.at("/rocksdb/memory_limit_bytes").asLong());
              var profiles = one(instance.path("applications"), "application", "user-profiles");
              assertThat(profiles.path("phase").asText()).isEqualTo("running");
              assertThat(profiles.path("active_tasks").size()).isPositive();
              assertThat(profiles.at("/restore/records_left").asLong()).isZero();
              assertThat(
                      one(profiles.path("stores"), "store", "user-profiles")
                          .path("size_bytes")
                          .asLong())
                  .isGreaterThan(100_000);
            });
  }

  @Test
  void shouldTellWhyARecordWasRefusedButNotWhatItHeld() throws Exception {
    try (var producer =
        new KafkaProducer<>(SHOP.kafkaClient(), new StringSerializer(), new StringSerializer())) {
      producer
          .send(new ProducerRecord<>(Topics.CLICKSTREAM.name(), "ops-test", "secret, not Avro"))
          .get();
    }

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              var told = json("/v1/ops/dead-letters");
              assertThat(told.toString()).doesNotContain("secret").doesNotContain("ops-test");
              assertThat(told.at("/newest/0/topic").asText()).isEqualTo("clickstream");
              assertThat(told.at("/newest/0/exception").asText()).isNotBlank();
              assertThat(told.path("counts"))
                  .anySatisfy(
                      each -> {
                        assertThat(each.path("application").asText()).isEqualTo("user-profiles");
                        assertThat(each.path("topic").asText()).isEqualTo("clickstream");
                        assertThat(each.path("records").asLong()).isPositive();
                      });
            });
  }

  private static JsonNode one(JsonNode all, String field, String value) {
    for (var each : all) {
      if (each.path(field).asText().equals(value)) {
        return each;
      }
    }
    throw new AssertionError("No " + field + " is " + value + " in " + all);
  }

  private static List<JsonNode> rules() throws IOException {
    var rules = new ArrayList<JsonNode>();
    for (var file : files(RULES)) {
      JsonNode yaml = JSON.valueToTree(new Yaml().<Object>load(Files.readString(file)));
      for (var group : yaml.path("groups")) {
        group.path("rules").forEach(rules::add);
      }
    }
    assertThat(rules).hasSizeGreaterThan(5);
    return rules;
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(text(path));
  }

  private static String text(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(SHOP.url() + path)));
  }

  private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer =
        HTTP.send(
            request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return answer.body();
  }
}
