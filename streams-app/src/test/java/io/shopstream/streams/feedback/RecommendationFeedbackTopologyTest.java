package io.shopstream.streams.feedback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Erasure;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.RecommendationImpression;
import io.shopstream.events.RecommendationPerformance;
import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.events.feedback.RecommendationIds.Place;
import io.shopstream.events.feedback.RecommendationIds.Recommendation;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecommendationFeedbackTopologyTest extends TopologyTest {

  private static final RecommendationIds IDS = new RecommendationIds("secret");
  private static final int MOST_AN_HOUR = 10;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private int numbers;

  @BeforeEach
  void start() {
    start(
        new RecommendationFeedbackTopology(
            serdes,
            new FeedbackSettings(
                new Tuning(1, 1_000),
                1 << 20,
                1 << 20,
                new FeedbackRules(Duration.ofHours(24), Duration.ofDays(7), MOST_AN_HOUR),
                IDS,
                Duration.ofHours(12))));
  }

  private String list(String user) {
    return IDS.issue(
        new Recommendation(Place.USER, "control", "standard", NOON.toEpochMilli(), numbers++),
        user);
  }

  private void show(String user, String list) {
    input(Topics.RECOMMENDATION_IMPRESSIONS, RecommendationImpression.class)
        .pipeInput(
            user,
            new RecommendationImpression(list, NOON.toEpochMilli(), "v-" + user, user, true),
            NOON);
  }

  private void click(String user, String list, String item, long laterMs) {
    var click =
        Click.newBuilder()
            .setEventId("e" + numbers++)
            .setType(ClickType.VIEW)
            .setTimeMs(NOON.toEpochMilli() + laterMs)
            .setVisitorId("v-" + user)
            .setUserId(user)
            .setItemId(item)
            .setRecommendationId(list)
            .build();
    input(Topics.RECOMMENDATION_CLICKS, Click.class)
        .pipeInput(user, click, NOON.plusMillis(laterMs));
  }

  private void order(String user, long laterMs, String... items) {
    var order =
        Order.newBuilder()
            .setOrderId("o" + numbers++)
            .setKind(OrderKind.PLACED)
            .setTimeMs(NOON.toEpochMilli() + laterMs)
            .setUserId(user)
            .setLines(Arrays.stream(items).map(item -> new OrderLine(item, 1, 100L, null)).toList())
            .setAmountMinor(100)
            .setCurrency("GBP")
            .build();
    input(Topics.ORDERS, Order.class).pipeInput(user, order, NOON.plusMillis(laterMs));
  }

  private void assertCounts(
      long impressions, long clicked, long clicks, long conversions, long ignored) {
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    var totals = output(Topics.RECOMMENDATION_PERFORMANCE, RecommendationPerformance.class);
    var last = totals.get(totals.size() - 1);
    assertThat(last.getPlace() + "/" + last.getVariant() + "/" + last.getStrategy())
        .isEqualTo("user/control/standard");
    assertThat(last.getImpressions()).as("impressions").isEqualTo(impressions);
    assertThat(last.getClicked()).as("clicked").isEqualTo(clicked);
    assertThat(last.getClicks()).as("clicks").isEqualTo(clicks);
    assertThat(last.getConversions()).as("conversions").isEqualTo(conversions);
    assertThat(last.getIgnored()).as("ignored").isEqualTo(ignored);
  }

  @Test
  void shouldFollowAListFromBeingShownToAnOrder() {
    var list = list("ann");
    show("ann", list);
    show("bob", list("bob"));
    click("ann", list, "cup", HOUR);
    click("ann", list, "mug", HOUR);
    order("ann", 2 * HOUR, "cup", "rug");

    assertCounts(2, 1, 2, 1, 0);
  }

  @Test
  void shouldCountNothingTwice() {
    var list = list("ann");
    for (var i = 0; i < 3; i++) {
      show("ann", list);
      click("ann", list, "cup", HOUR);
      order("ann", 2 * HOUR, "cup", "cup");
    }

    assertCounts(1, 1, 1, 1, 0);
  }

  @Test
  void shouldTakeAClickedListForShownAndAnOrderThatIsReadFirst() {
    show("ann", list("ann"));
    order("ann", 2 * HOUR, "cup");
    var list = list("ann");
    click("ann", list, "cup", HOUR);
    show("ann", list);

    assertCounts(2, 1, 1, 1, 0);
  }

  @Test
  void shouldPutDownToAClickOnlyWhatWasOrderedSoonAfter() {
    var list = list("ann");
    click("ann", list, "cup", HOUR);
    order("ann", HOUR - 1, "cup");
    order("ann", HOUR + Duration.ofDays(7).toMillis() + 1, "cup");

    assertCounts(1, 1, 1, 0, 0);
  }

  @Test
  void shouldNotCountARobotNorAListLongGone() {
    for (var i = 0; i < 100; i++) {
      show("robot", list("robot"));
    }
    click("ann", list("ann"), "cup", Duration.ofHours(25).toMillis());

    assertCounts(MOST_AN_HOUR, 0, 0, 0, 100 - MOST_AN_HOUR + 1);
  }

  @Test
  void shouldSendAForgeryToTheDeadLetters() {
    click("bob", list("ann"), "cup", 0);
    click("bob", "made-up", "cup", 0);

    assertThat(deadLetters()).hasSize(2);
  }

  @Test
  void shouldForgetAShopper() {
    show("ann", list("ann"));
    var shoppers = (RowStore) driver.getAllStateStores().get(FeedbackProcessor.SHOPPERS);
    var key = Bytes.wrap("ann".getBytes(UTF_8));
    assertThat(shoppers.get(key)).isNotNull();
    input(Topics.ERASURES, Erasure.class)
        .pipeInput("ann", new Erasure("e", "ann", NOON.toEpochMilli()), NOON);
    assertThat(FeedbackProcessor.answer(shoppers.get(key))).as("only the marker").isEmpty();

    show("ann", list("ann"));
    assertThat(FeedbackProcessor.answer(shoppers.get(key))).as("of before, but late").isEmpty();

    show("bob", list("bob"));
    driver.advanceWallClockTime(Duration.ofDays(9));
    assertThat(shoppers.get(Bytes.wrap("bob".getBytes(UTF_8)))).as("long ago").isNull();
  }
}
