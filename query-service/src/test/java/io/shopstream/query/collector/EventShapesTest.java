package io.shopstream.query.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.json.JsonShape;
import io.shopstream.query.problem.FieldError;
import io.shopstream.query.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventShapesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final EventShapes SHAPES = shapes(true);

  private static EventShapes shapes(boolean consent) {
    return new EventShapes(
        new CollectorConfiguration(
            10_000,
            1 << 20,
            1,
            consent,
            Duration.ofMinutes(5),
            100,
            1 << 20,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ofSeconds(1)),
        Clock.fixed(NOW, ZoneOffset.UTC),
        new RecommendationIds(""));
  }

  private static <T extends SpecificRecord> Batch<T> read(String json, JsonShape<T> shape) {
    return Batch.read(json.getBytes(StandardCharsets.UTF_8), shape, 10_000);
  }

  private static Click click(String json) {
    var batch = read(json, SHAPES.click());
    assertThat(batch.errors()).isEmpty();
    return batch.events().get(0).event();
  }

  private static List<String> faultyFields(String json, JsonShape<? extends SpecificRecord> shape) {
    var batch = read(json, shape);
    assertThat(batch.events()).isEmpty();
    return batch.errors().stream().map(FieldError::field).toList();
  }

  static Stream<Arguments> shapesAndSchemas() {
    return Stream.of(
        Arguments.of(SHAPES.click(), Click.getClassSchema()),
        Arguments.of(SHAPES.order(), Order.getClassSchema()),
        Arguments.of(SHAPES.catalogItem(), CatalogItem.getClassSchema()),
        Arguments.of(SHAPES.orderOutcome(), OrderOutcome.getClassSchema()),
        Arguments.of(SHAPES.identityLink(), IdentityLink.getClassSchema()));
  }

  @ParameterizedTest
  @MethodSource("shapesAndSchemas")
  void shouldTakeEveryFieldOfTheSchema(JsonShape<?> shape, Schema schema) {
    assertThat(shape.fields())
        .containsExactlyInAnyOrderElementsOf(
            schema.getFields().stream()
                .map(field -> field.name().replaceAll("_ms$", ""))
                .collect(Collectors.toSet()));
  }

  @Test
  void shouldReadAClickWithAllItsFields() {
    var click =
        click(
            """
            {"event_id":"e1","type":"add_to_cart","time":"2026-11-22T13:00:00+01:00","visitor_id":"v","user_id":"u",
             "item_id":"é☃","quantity":2,"price_minor":0,"currency":"EUR","page":"/a?mail=x@y.z","referrer":"b.example/c#d",
             "recommendation_id":"1u.control.standard.mhb2k0a1.AAAAAAAAAAE.abcdefghijk","consent":false,"device_id":"d","user_agent":"Mozilla"}\
            """);
    assertThat(click.getType()).isEqualTo(ClickType.ADD_TO_CART);
    assertThat(click.getTimeMs()).isEqualTo(NOW.toEpochMilli());
    assertThat(click.getItemId()).isEqualTo("é☃");
    assertThat(click.getQuantity()).isEqualTo(2);
    assertThat(click.getPriceMinor()).isZero();
    assertThat(click.getPage()).as("a query may be personal").isEqualTo("/a");
    assertThat(click.getReferrer()).isEqualTo("b.example/c");
    assertThat(click.getConsent()).isFalse();
  }

  @Test
  void shouldMeanTheConfiguredConsentWhenNoneIsGiven() {
    var json = "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"i\",\"consent\":null}";
    assertThat(click(json).getConsent()).isTrue();
    assertThat(read(json, shapes(false).click()).events().get(0).event().getConsent()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'type':'FLY'|type",
        "'type':'UNKNOWN'|type",
        "'type':7|type",
        "'visitor_id':''|visitor_id",
        "'visitor_id':12|visitor_id",
        "'visitor_id':'a\\u0000b'|visitor_id",
        "'user_id':'\\ud83d'|user_id",
        "'item_id':{'a':[1]}|item_id",
        "'quantity':0|quantity",
        "'quantity':-1|quantity",
        "'quantity':1.5|quantity",
        "'quantity':1000001|quantity",
        "'quantity':99999999999999999999|quantity",
        "'price_minor':-1,'currency':'EUR'|price_minor",
        "'price_minor':'1','currency':'EUR'|price_minor",
        "'price_minor':1|currency",
        "'price_minor':1,'currency':'EURO'|currency",
        "'price_minor':1,'currency':'XQZ'|currency",
        "'time':0|time",
        "'time':946684799999|time",
        "'time':1795000000|time",
        "'time':'1970-01-01T00:00:00Z'|time",
        "'time':'2099-01-01T00:00:00Z'|time",
        "'time':'2026-11-22T12:05:00.001Z'|time",
        "'time':'2026-11-22'|time",
        "'time':'2026-11-22T12:00:00'|time",
        "'time':true|time",
        "'consent':'yes'|consent",
        "'search_query':'lamp'|search_query",
        "'recommendation_id':'garbage'|recommendation_id",
        "'recommendation_id':'1x.control.standard.mhb2k0a1.AAAAAAAAAAE.abcdefghijk'|recommendation_id",
        "'colour':'red'|colour",
        "'Item_Id':'i'|Item_Id"
      })
  void shouldRefuseABadFieldAndNameIt(String field, String name) {
    var good = "'type':'VIEW','visitor_id':'v','item_id':'i'";
    var overridden = field.substring(0, field.indexOf(':') + 1);
    var rest =
        Stream.of(good.split(","))
            .filter(each -> !each.startsWith(overridden))
            .collect(Collectors.joining(","));
    var json = ("{" + field + (rest.isEmpty() ? "" : "," + rest) + "}").replace('\'', '"');
    assertThat(faultyFields(json, SHAPES.click())).containsExactly(name);
  }

  @Test
  void shouldNameEverythingThatIsWrongWithAnEvent() {
    assertThat(
            faultyFields(
                "{\"time\":5,\"visitor_id\":\"v\",\"visitor_id\":\"w\",\"x\":[[1],{}]}",
                SHAPES.click()))
        .containsExactly("time", "visitor_id", "x", "type");
  }

  @Test
  void shouldNotListFaultsWithoutEnd() {
    var many =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "\"x" + i + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(faultyFields(many, SHAPES.click())).hasSize(10);
  }

  @Test
  void shouldRequireAQueryOfASearchAndNoItem() {
    assertThat(click("{\"type\":\"SEARCH\",\"visitor_id\":\"v\",\"search_query\":\"lamp\"}"))
        .extracting(Click::getSearchQuery)
        .isEqualTo("lamp");
    assertThat(faultyFields("{\"type\":\"SEARCH\",\"visitor_id\":\"v\"}", SHAPES.click()))
        .containsExactly("search_query");
    assertThat(faultyFields("{\"type\":\"VIEW\",\"visitor_id\":\"v\"}", SHAPES.click()))
        .containsExactly("item_id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|lines",
        "[7]|lines[0]",
        "[{'item_id':'a','quantity':0,'price_minor':1}]|lines[0].quantity",
        "[{'item_id':'a','quantity':1,'price_minor':1},{'item_id':'a','quantity':1,'price_minor':-1}]|lines[1].price_minor",
        "[{'item_id':'a','quantity':1}]|lines[0].price_minor",
        "[{'item_id':'a','quantity':1,'price_minor':1,'size':'L'}]|lines[0].size",
        "{}|lines"
      })
  void shouldNameTheLineOfAnOrder(String lines, String name) {
    var json =
        ("{'order_id':'o','amount_minor':1,'currency':'EUR','lines':" + lines + "}")
            .replace('\'', '"');
    assertThat(faultyFields(json, SHAPES.order())).containsExactly(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'ip':'10.0.0.256'|ip",
        "'ip':'example.com'|ip",
        "'billing_country':'Germany'|billing_country",
        "'age':-1|age",
        "'age':151|age",
        "'original_order_id':'o0'|original_order_id",
        "'account_created_time':'2027-01-01T00:00:00Z'|account_created_time"
      })
  void shouldRefuseABadFieldOfAnOrder(String field, String name) {
    var json =
        ("{'order_id':'o','amount_minor':1,'currency':'EUR','lines':[{'item_id':'a','quantity':1,'price_minor':1}],"
                + field
                + "}")
            .replace('\'', '"');
    assertThat(faultyFields(json, SHAPES.order())).containsExactly(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{'type':", "''", "7", "{} {}", "[{},", "[{}]]", "{'a':1,}", "nul"})
  void shouldRefuseWhatIsNoJsonAsAWhole(String body) {
    assertThatThrownBy(() -> read(body.replace('\'', '"'), SHAPES.click()))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
  }

  @Test
  void shouldRefuseABatchThatIsEmptyOrTooLong() {
    assertThatThrownBy(() -> read("[]", SHAPES.click())).isInstanceOf(ProblemException.class);
    var body = "[{},{},{}]".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Batch.read(body, SHAPES.click(), 2))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().detail()).contains("at most 2 events"));
    assertThat(Batch.read(body, SHAPES.click(), 3).size()).isEqualTo(3);
  }

  /** A batch in any mixture of good and bad, and elements that are no objects at all. */
  @Property(tries = 200)
  void shouldTakeTheGoodEventsOfABatchAndNameTheOthers(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 4) Integer> kinds) {
    var elements =
        List.of(
            "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"i\"}",
            "{\"type\":\"VIEW\",\"visitor_id\":\"v\"}",
            "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":{\"deep\":[[[]]]},\"y\":[{}]}",
            "[[{\"type\":\"VIEW\"}]]",
            "null");
    var json = kinds.stream().map(elements::get).collect(Collectors.joining(",", "[", "]"));
    var batch = read(json, SHAPES.click());
    var good =
        IntStream.range(0, kinds.size()).filter(place -> kinds.get(place) == 0).boxed().toList();
    var bad =
        IntStream.range(0, kinds.size()).filter(place -> kinds.get(place) != 0).boxed().toList();
    assertThat(batch.size()).isEqualTo(kinds.size());
    assertThat(batch.events()).extracting(Batch.Entry::index).containsExactlyElementsOf(good);
    assertThat(batch.errors().stream().map(FieldError::index).distinct())
        .containsExactlyElementsOf(bad);
  }

  @Provide
  Arbitrary<String> idsOfAnyLength() {
    return Arbitraries.of("a", "é", "☃", "𝄞")
        .list()
        .ofMaxSize(80)
        .map(characters -> String.join("", characters));
  }

  @Property
  void shouldTakeIdsOf1To64BytesOfUtf8(@ForAll("idsOfAnyLength") String id) {
    var json = "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"" + id + "\"}";
    var length = id.getBytes(StandardCharsets.UTF_8).length;
    var batch = read(json, SHAPES.click());
    if (length >= 1 && length <= 64) {
      assertThat(batch.events().get(0).event().getItemId()).isEqualTo(id);
    } else {
      assertThat(batch.errors()).extracting(FieldError::field).containsExactly("item_id");
    }
  }

  @Property
  void shouldReadATimeInBothFormsAlike(
      @ForAll @LongRange(min = 946_684_800_000L, max = 1_795_349_100_000L) long time) {
    var json = "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"i\",\"time\":%s}";
    assertThat(click(json.formatted(time)).getTimeMs()).isEqualTo(time);
    assertThat(click(json.formatted("\"" + Instant.ofEpochMilli(time) + "\"")).getTimeMs())
        .isEqualTo(time);
  }
}
