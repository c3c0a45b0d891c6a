package io.shopstream.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderLine;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.RecommendationImpression;
import java.io.IOException;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The description that /docs shows, as the build made it. */
class OpenApiTest {

  private static JsonNode api;

  @BeforeAll
  static void read() throws IOException {
    try (var yaml = OpenApiTest.class.getResourceAsStream("/META-INF/swagger/shopstream.yml")) {
      api = new ObjectMapper().valueToTree(new Yaml().<Object>load(yaml));
    }
  }

  static Stream<Schema> bodies() {
    return Stream.of(
        Click.getClassSchema(),
        Order.getClassSchema(),
        OrderLine.getClassSchema(),
        CatalogItem.getClassSchema(),
        OrderOutcome.getClassSchema(),
        IdentityLink.getClassSchema(),
        RecommendationImpression.getClassSchema());
  }

  /** A field that is new in a schema must be described too. */
  @ParameterizedTest
  @MethodSource("bodies")
  void shouldDescribeEveryFieldOfTheEvents(Schema schema) {
    var described = api.at("/components/schemas/" + schema.getName() + "/properties");
    var names = new ArrayList<String>();
    described.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactlyElementsOf(
            schema.getFields().stream().map(field -> field.name().replaceAll("_ms$", "")).toList());
    described.forEach(field -> assertThat(field.path("description").asText()).isNotEmpty());
  }

  /** A controller says so with {@code @EdgeAnswers}. */
  @ParameterizedTest
  @ValueSource(strings = {"401", "403", "429", "503"})
  void shouldTellWhatTheEdgeAnswers(String status) {
    for (var path : api.path("paths").properties()) {
      if (!path.getKey().startsWith("/v1/ops/")) {
        for (var operation : path.getValue()) {
          assertThat(operation.path("responses").has(status))
              .as("%s: %s", path.getKey(), operation.path("summary"))
              .isTrue();
        }
      }
    }
    assertThat(api.at("/components/securitySchemes").size()).isEqualTo(2);
  }

  @Test
  void shouldReferToNothingThatIsNotThere() {
    api.findValuesAsText("$ref")
        .forEach(ref -> assertThat(api.at(ref.substring(1)).isMissingNode()).as(ref).isFalse());
  }

  @Test
  void shouldDescribeEveryAddressWithItsAnswers() {
    var paths = new ArrayList<String>();
    api.path("paths").fieldNames().forEachRemaining(paths::add);
    assertThat(paths)
        .containsExactlyInAnyOrder(
            "/v1/events",
            "/v1/orders",
            "/v1/catalog/items",
            "/v1/order-outcomes",
            "/v1/identity-links",
            "/v1/ops/lag",
            "/v1/ops/lag/history",
            "/v1/ops/instances",
            "/v1/ops/flow",
            "/v1/ops/fraud",
            "/v1/ops/dead-letters",
            "/v1/items",
            "/v1/categories",
            "/v1/items/{id}",
            "/v1/items/{id}/similar",
            "/v1/users/{id}/recommendations",
            "/v1/users/{id}",
            "/v1/users/{id}/profile",
            "/v1/users/{id}/recommendations/stream",
            "/v1/recommendations",
            "/v1/recommendations/performance",
            "/v1/impressions",
            "/v1/orders/{id}/fraud-score",
            "/v1/entities/{type}/{id}/velocity",
            "/v1/fraud/reviews",
            "/v1/fraud/reviews/{id}",
            "/v1/fraud/model",
            "/v1/fraud/model/{version}",
            "/v1/users/{id}/export",
            "/v1/users/profiles");
    assertThat(api.at("/paths/~1v1~1orders/post/responses/409").isMissingNode()).isFalse();
    assertThat(api.at("/paths/~1v1~1events/post/responses/202").isMissingNode()).isFalse();
    assertThat(api.at("/paths/~1v1~1events/post/responses/200").isMissingNode()).isTrue();
  }
}
