package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.shopstream.events.Affinity;
import io.shopstream.events.AffinityDimension;
import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.PairKind;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.profile.value.PurchaseRhythm;
import io.shopstream.streams.profile.value.Rfm;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.RowStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserProfilesTopologyTest extends TopologyTest {

  static final ProfileRules RULES =
      new ProfileRules(
          new Rfm(
              List.of(30, 60, 120, 240),
              List.of(2, 3, 6, 12),
              List.of(25_000L, 75_000L, 200_000L, 500_000L),
              30,
              90,
              180),
          new PurchaseRhythm.Customers(0.75, 65, 0.1, 3),
          Duration.ofDays(90));

  @BeforeEach
  void start() {
    start(topology(serdes));
  }

  static UserProfilesTopology topology(AvroSerdes serdes) {
    return new UserProfilesTopology(
        serdes,
        new ProfileSettings(
            new Tuning(1, 100),
            1 << 20,
            1 << 20,
            Duration.ofDays(30),
            Duration.ofDays(90),
            Duration.ofDays(400),
            Duration.ofHours(12),
            RULES),
        PARTITIONS);
  }

  @Test
  void shouldCountAPairInBothDirectionsWhenTwoItemsAreViewedInAVisit() {
    pipe(view("v", "a", NOON), view("v", "b", NOON.plusSeconds(30)));

    assertThat(pairs())
        .containsExactlyInAnyOrder(
            tuple(PairKind.VIEWED, "a", "b", 1), tuple(PairKind.VIEWED, "b", "a", 1));
  }

  @Test
  void shouldMergeWhatItemsGainedIntoOneRecordACommit() {
    // The driver commits after each record, so the merging is looked at where it happens.
    var gathering = new PairGathering(1, Duration.ofDays(90).toMillis());
    var pairs = new VisitPairs();
    for (var visitor = 0; visitor < 10; visitor++) {
      var visit = pairs.touched(Visit.NONE, "a", NOON.toEpochMilli(), gathering);
      var unused = pairs.touched(visit, "b", NOON.toEpochMilli(), gathering);
    }
    var records = new ArrayList<ItemPairs>();
    gathering.drain((record, partition) -> records.add(AvroBinary.decode(record, ItemPairs.class)));

    assertThat(records).hasSize(1);
    assertThat(records.get(0).getGroups())
        .allSatisfy(
            group -> {
              assertThat(group.getOwnSupport()).isEqualTo(10);
              assertThat(group.getNeighbours()).hasSize(1);
              assertThat(group.getNeighbours().get(0).getSupport()).isEqualTo(10);
            });
  }

  @Test
  void shouldCountAnEventOnceHoweverOftenItComes() {
    var a = view("v", "a", NOON);
    var b = view("v", "b", NOON.plusSeconds(30));
    pipe(a, b, a, b, b);

    assertThat(pairs()).hasSize(2);
    assertThat(state("v").views()).isEqualTo(2);
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void shouldCountAnEventOnceInWhateverHoursOthersCome() {
    var first = view("v", "a", NOON.minusSeconds(7_200));
    var nextHour = view("v", "b", NOON.minusSeconds(3_600));
    var between = view("v", "c", NOON.minusSeconds(5_400));
    pipe(first, nextHour, first, between, nextHour, between, first);

    assertThat(state("v").views()).isEqualTo(3);
  }

  @Test
  void shouldCountAnOrderOnceWhenItComesAgainAtAnotherTime() {
    pipe(order("o1", "u", NOON, "a", "b"), order("o1", "u", NOON.minusSeconds(86_400), "a", "b"));

    assertThat(pairs())
        .containsExactlyInAnyOrder(
            tuple(PairKind.BOUGHT, "a", "b", 1), tuple(PairKind.BOUGHT, "b", "a", 1));
    assertThat(state("u").orders().placed()).isEqualTo(1);
  }

  @Test
  void shouldTakeBackWhatAnOrderCountedOnceAndNoMore() {
    pipe(view("u", "seen", NOON));
    pipe(order("o1", "u", NOON.plusSeconds(1), "a", "b", "c"));
    assertThat(pairs()).hasSize(6 + 3);

    var partly = takenBack("r1", "o1", NOON.plusSeconds(2), "b");
    pipe(partly, partly);
    assertThat(pairs())
        .containsExactlyInAnyOrder(
            tuple(PairKind.BOUGHT, "a", "b", -1),
            tuple(PairKind.BOUGHT, "b", "a", -1),
            tuple(PairKind.BOUGHT, "b", "c", -1),
            tuple(PairKind.BOUGHT, "c", "b", -1),
            tuple(PairKind.BOUGHT_AFTER_VIEWING, "seen", "b", -1));

    pipe(takenBack("r2", null, NOON.plusSeconds(3), "a", "b", "c"));
    assertThat(pairs())
        .containsExactlyInAnyOrder(
            tuple(PairKind.BOUGHT, "a", "c", -1),
            tuple(PairKind.BOUGHT, "c", "a", -1),
            tuple(PairKind.BOUGHT_AFTER_VIEWING, "seen", "a", -1),
            tuple(PairKind.BOUGHT_AFTER_VIEWING, "seen", "c", -1));

    pipe(takenBack("r3", "o1", NOON.plusSeconds(4), "a"));
    assertThat(pairs()).isEmpty();
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void shouldCountWhatWasBoughtAfterViewing() {
    pipe(
        view("u", "old", NOON.minus(Duration.ofMinutes(90))),
        view("u", "x", NOON),
        view("u", "a", NOON.plusSeconds(60)));
    assertThat(pairs()).hasSize(2);
    pipe(order("o1", "u", NOON.plusSeconds(90), "a"));

    assertThat(pairs()).containsExactly(tuple(PairKind.BOUGHT_AFTER_VIEWING, "x", "a", 1));
  }

  private static Order takenBack(String id, String original, Instant time, String... items) {
    return Order.newBuilder(order(id, "u", time, items))
        .setKind(OrderKind.RETURNED)
        .setOriginalOrderId(original)
        .build();
  }

  @Test
  void shouldSendASecondOrderWithTheIdOfAnotherToTheDeadLetters() {
    pipe(order("o1", "u", NOON, "a", "b"), order("o1", "u", NOON, "a", "c"));

    assertThat(deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(header(letter.headers(), "__streams.errors.message"))
                    .contains("order_id"));
  }

  @Test
  void shouldStartANewVisitAfterHalfAnHourWithoutEvents() {
    pipe(view("v", "a", NOON.minus(Duration.ofMinutes(31))), view("v", "b", NOON));

    assertThat(pairs()).isEmpty();
    assertThat(state("v").visits()).isEqualTo(2);
  }

  @Test
  void shouldKeepTheBasketAndEmptyItWhenItIsOrdered() {
    pipe(
        click(ClickType.ADD_TO_CART, "u", "a", NOON).build(),
        click(ClickType.ADD_TO_CART, "u", "b", NOON).build(),
        click(ClickType.REMOVE_FROM_CART, "u", "b", NOON).build());
    assertThat(basket("u")).containsExactly("a");

    pipe(order("o1", "u", NOON.plusSeconds(60), "a"));
    assertThat(basket("u")).isEmpty();
    assertThat(state("u").bought()).containsExactly("a");
  }

  @Test
  void shouldSendAnEventToTheDeadLettersWhenItBreaksARule() {
    pipe(
        view("v", "a", Instant.parse("1970-01-01T00:00:01Z")),
        view("v", "a", Instant.parse("2099-01-01T00:00:00Z")),
        view("v", "", NOON),
        view("v", "x".repeat(65), NOON),
        view("v", "good", NOON));

    assertThat(deadLetters())
        .extracting(letter -> header(letter.headers(), "__streams.errors.message"))
        .satisfiesExactly(
            message -> assertThat(message).contains("time_ms"),
            message -> assertThat(message).contains("time_ms"),
            message -> assertThat(message).contains("item_id"),
            message -> assertThat(message).contains("item_id"));
    assertThat(state("v").views()).isEqualTo(1);
  }

  @Test
  void shouldSendGarbageToTheDeadLettersAsItCameAndGoOn() {
    var garbage = "not avro".getBytes(StandardCharsets.UTF_8);
    driver
        .createInputTopic(
            Topics.CLICKSTREAM.name(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput("v".getBytes(StandardCharsets.UTF_8), garbage);
    pipe(view("v", "a", NOON));

    assertThat(deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.value()).isEqualTo(garbage);
              assertThat(header(letter.headers(), "__streams.errors.topic"))
                  .isEqualTo("clickstream");
              assertThat(header(letter.headers(), "__streams.errors.offset")).isEqualTo("0");
            });
    assertThat(state("v").views()).isEqualTo(1);
  }

  @Test
  void shouldPublishAnEventAgainThatCameUnderAnotherKey() {
    input(Topics.CLICKSTREAM, Click.class).pipeInput("someone else", view("v", "a", NOON), NOON);

    assertThat(output(Topics.CLICKSTREAM, Click.class))
        .singleElement()
        .satisfies(click -> assertThat(click.getVisitorId()).isEqualTo("v"));
    // The driver feeds what a topology publishes to its own source back into it.
    assertThat(state("v").views()).isEqualTo(1);
  }

  @Test
  void shouldForgetEventsThatArrivedLongerAgoThanTheHorizon() {
    pipe(view("v", "a", NOON.minusSeconds(3_600)));
    assertThat(seenRows()).as("its hour is under way").isEmpty();
    pipe(view("v", "b", NOON));
    assertThat(seenRows()).hasSize(1);

    driver.advanceWallClockTime(Duration.ofDays(29));
    assertThat(seenRows()).hasSize(1);
    driver.advanceWallClockTime(Duration.ofDays(2));
    assertThat(seenRows()).isEmpty();
  }

  @Test
  void shouldTellTastesStrongestFirst() {
    input(Topics.CATALOG, CatalogItem.class)
        .pipeInput("a", item("a", "Kitchen", "Acme", 1_000L), NOON);
    input(Topics.CATALOG, CatalogItem.class).pipeInput("b", item("b", "Garden", null, null), NOON);
    pipe(
        view("u", "a", NOON),
        view("u", "b", NOON),
        view("u", "nobody knows it", NOON),
        click(ClickType.ADD_TO_CART, "u", "b", NOON).setPriceMinor(70L).build());

    assertThat(state("u").toProfile("u", RULES, NOON.toEpochMilli()).getAffinities())
        .containsExactly(
            new Affinity(AffinityDimension.CATEGORY, "Garden", 0.8),
            new Affinity(AffinityDimension.CATEGORY, "Kitchen", 0.2),
            new Affinity(AffinityDimension.BRAND, "Acme", 1.0),
            new Affinity(AffinityDimension.PRICE_BAND, "6", 0.75),
            new Affinity(AffinityDimension.PRICE_BAND, "9", 0.25));
  }

  private static CatalogItem item(String id, String category, String brand, Long price) {
    return CatalogItem.newBuilder()
        .setItemId(id)
        .setTitle(id)
        .setCategoryPath(List.of("Home", category))
        .setBrand(brand)
        .setPriceMinor(price)
        .setUpdatedTimeMs(NOON.toEpochMilli())
        .build();
  }

  @Test
  void shouldKeepTheBasketOfEarlierVisits() {
    pipe(
        click(ClickType.ADD_TO_CART, "u", "a", NOON.minusSeconds(86_400)).build(),
        click(ClickType.ADD_TO_CART, "u", "b", NOON).build());
    assertThat(state("u").basket()).containsExactly("a", "b");
    assertThat(state("u").abandonedMs(NOON.toEpochMilli())).isEmpty();
    assertThat(state("u").abandonedMs(NOON.plusSeconds(7_200).toEpochMilli()))
        .contains(NOON.toEpochMilli());

    pipe(click(ClickType.REMOVE_FROM_CART, "u", "a", NOON).build());
    assertThat(state("u").basket()).containsExactly("b");
  }

  private List<Tuple> pairs() {
    return output(Topics.ITEM_PAIRS, ItemPairs.class).stream()
        .flatMap(record -> record.getGroups().stream())
        .flatMap(
            group ->
                group.getNeighbours().stream()
                    .map(
                        pair ->
                            tuple(
                                group.getKind(),
                                group.getItemId(),
                                pair.getItemId(),
                                pair.getSupport())))
        .toList();
  }

  private List<String> basket(String user) {
    return state(user).visit().items().stream()
        .filter(item -> item.getInBasket())
        .map(item -> item.getItemId())
        .toList();
  }

  private UserState state(String user) {
    return UserState.of(profiles().get(key(user)));
  }

  private RowStore profiles() {
    return (RowStore) driver.getAllStateStores().get(Shoppers.USER_PROFILES);
  }

  private List<KeyValue<Bytes, byte[]>> seenRows() {
    var rows = new ArrayList<KeyValue<Bytes, byte[]>>();
    try (var iterator = ((RowStore) driver.getAllStateStores().get(Shoppers.SEEN_EVENTS)).all()) {
      iterator.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static Bytes key(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }

  private static String header(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
