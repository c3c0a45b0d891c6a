package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.shopstream.events.ChangeKind;
import io.shopstream.events.ClickType;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.ProfileChange;
import io.shopstream.events.ProfileMove;
import io.shopstream.events.VisitItem;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is who, who is to be forgotten, and what others are told. */
class IdentityTopologyTest extends TopologyTest {

  @BeforeEach
  void start() {
    start(UserProfilesTopologyTest.topology(serdes));
  }

  @Test
  void shouldMoveWhatAVisitorDidToTheUserAndSendLaterClicksThere() {
    pipe(view("v", "a", NOON.minusSeconds(60)));
    pipe(
        click(ClickType.ADD_TO_CART, "v", "b", NOON.minusSeconds(50)).build(),
        click(ClickType.VIEW, "w", "c", NOON.minusSeconds(40)).setUserId("u").build());
    link("link-1", "v", "u", NOON);
    pipe(view("v", "d", NOON.plusSeconds(10)));

    var user = state("u");
    assertThat(user.views()).isEqualTo(3);
    assertThat(user.carts()).isEqualTo(1);
    assertThat(user.visits()).as("both were one visit").isEqualTo(1);
    assertThat(user.visit().items())
        .extracting(VisitItem::getItemId)
        .containsExactly("a", "b", "c", "d");
    assertThat(user.basket()).containsExactly("b");
    assertThat(row("v")).isInstanceOf(ShopperRow.Forwarded.class);
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void shouldCountNothingTwiceHoweverOftenLinksAndClicksCome() {
    var before = view("v", "a", NOON.minusSeconds(60));
    var after = view("v", "b", NOON.plusSeconds(60));
    pipe(before, before);
    link("link-1", "v", "u", NOON);
    link("link-1", "v", "u", NOON);
    pipe(before, after, after);
    link("link-2", "v", "u", NOON.plusSeconds(120));
    pipe(after, before);

    assertThat(state("u").views()).isEqualTo(2);
    assertThat(state("u").visits()).isEqualTo(1);
  }

  @Test
  void shouldCountWhatWasMovedOnceThoughTheUserWasSeenSince() {
    pipe(view("v", "a", NOON.minusSeconds(7_200)));
    link("link-1", "v", "u", NOON);
    pipe(view("u", "b", NOON.plusSeconds(60)));
    output(Topics.PROFILE_MOVES, ProfileMove.class)
        .forEach(move -> input(Topics.PROFILE_MOVES, ProfileMove.class).pipeInput("u", move, NOON));

    assertThat(state("u").views()).isEqualTo(2);
    erase("u", NOON.plusSeconds(120));
    assertThat(store(Shoppers.SEEN_EVENTS).all().hasNext()).isFalse();
  }

  @Test
  void shouldNotMindALinkThatComesBeforeTheClicks() {
    link("link-1", "v", "u", NOON);
    pipe(view("v", "a", NOON.minusSeconds(60)), view("v", "b", NOON.plusSeconds(60)));

    assertThat(state("u").views()).isEqualTo(2);
  }

  @Test
  void shouldFollowTheNewestLinkInWhateverOrderTheyCome() {
    link("link-2", "v", "new", NOON);
    link("link-1", "v", "old", NOON.minusSeconds(60));
    pipe(view("v", "a", NOON));

    assertThat(state("new").views()).isEqualTo(1);
    assertThat(row("old").erasedMs()).isZero();
    assertThat(state("old").isUnknown()).isTrue();
  }

  @Test
  void shouldNotGoInCircles() {
    link("link-1", "v", "u", NOON);
    link("link-2", "u", "v", NOON);
    pipe(view("v", "a", NOON), view("u", "b", NOON));

    assertThat(deadLetters()).isEmpty();
    assertThat(views("u") + views("v")).isEqualTo(2);
  }

  private long views(String shopper) {
    return row(shopper) instanceof ShopperRow.Profile profile ? profile.state().views() : 0;
  }

  @Test
  void shouldCountTheOrdersOfAGuestForTheUserThatTheyWere() {
    pipe(guestOrder("o1", OrderKind.PLACED, 500, NOON.minusSeconds(60)));
    link("link-1", "v", "u", NOON);
    pipe(guestOrder("o2", OrderKind.PLACED, 300, NOON.plusSeconds(60)));
    pipe(guestOrder("o3", OrderKind.CANCELLED, 500, NOON.plusSeconds(90)));

    var orders = state("u").orders();
    assertThat(orders.placed()).isEqualTo(2);
    assertThat(orders.frequency()).isEqualTo(1);
    assertThat(orders.netMinor()).isEqualTo(300);
    assertThat(orders.lastMs()).contains(NOON.plusSeconds(60).toEpochMilli());
  }

  private static Order guestOrder(String id, OrderKind kind, long amount, Instant time) {
    return Order.newBuilder(order(id, null, time, "a"))
        .setUserId(null)
        .setVisitorId("v")
        .setKind(kind)
        .setAmountMinor(amount)
        .build();
  }

  @Test
  void shouldKeepNothingOfEventsWithoutConsent() {
    pipe(click(ClickType.VIEW, "v", "a", NOON).setConsent(false).build());
    pipe(Order.newBuilder(order("o1", "u", NOON, "a", "b")).setConsent(false).build());

    assertThat(profiles().get(Shoppers.key("v"))).isNull();
    assertThat(profiles().get(Shoppers.key("u"))).isNull();
    assertThat(store(Shoppers.SEEN_EVENTS).all().hasNext()).isFalse();
    assertThat(store(Shoppers.DEADLINES).all().hasNext()).isFalse();
    assertThat(driver.producedTopicNames()).doesNotContain(Topics.ITEM_PAIRS.name());
  }

  @Test
  void shouldEraseAUserAndTheVisitorsThatTheyWereAndKeepThemOut() {
    pipe(view("v", "a", NOON.minusSeconds(60)));
    link("link-1", "v", "u", NOON.minusSeconds(30));
    pipe(order("o1", "u", NOON.minusSeconds(20), "a", "b"));
    erase("u", NOON);

    assertThat(row("u")).isInstanceOf(ShopperRow.Erased.class);
    assertThat(row("v")).isInstanceOf(ShopperRow.Erased.class);
    assertThat(store(StateStore.LINKED_VISITORS.storeName()).all().hasNext()).isFalse();

    // Late ones stay out, whichever way they come.
    pipe(view("v", "late", NOON.minusSeconds(10)));
    pipe(click(ClickType.VIEW, "v", "late", NOON).setUserId("u").build());
    pipe(order("o2", "u", NOON.minusSeconds(5), "late"));
    link("link-late", "w", "u", NOON.minusSeconds(1));
    assertThat(row("u")).isInstanceOf(ShopperRow.Erased.class);
    assertThat(row("v")).isInstanceOf(ShopperRow.Erased.class);
    assertThat(row("w")).isInstanceOf(ShopperRow.Erased.class);

    assertThat(store(Shoppers.SEEN_EVENTS).get(Bytes.wrap(SeenEvents.rowKey("u", late()))))
        .isNull();

    // Who comes back is new.
    pipe(click(ClickType.VIEW, "v", "b", NOON.plusSeconds(60)).setUserId("u").build());
    assertThat(state("u").views()).isEqualTo(1);
    assertThat(state("u").orders().placed()).isZero();
    pipe(click(ClickType.VIEW, "v", "late", NOON.minusSeconds(1)).setUserId("u").build());
    assertThat(state("u").views()).isEqualTo(1);
  }

  private static long late() {
    return NOON.minusSeconds(1).toEpochMilli();
  }

  @Test
  void shouldForgetAProfileThatIsIdleForTooLong() {
    pipe(view("v", "a", NOON));
    driver.advanceWallClockTime(Duration.ofDays(399));
    assertThat(profiles().get(Shoppers.key("v"))).isNotNull();
    driver.advanceWallClockTime(Duration.ofDays(2));
    assertThat(profiles().get(Shoppers.key("v"))).isNull();
    assertThat(store(Shoppers.DEADLINES).all().hasNext()).isFalse();
  }

  @Test
  void shouldForgetTheMarkerOfAnErasureWhenNoEventCanComeLateAnyMore() {
    pipe(view("u", "a", NOON));
    erase("u", NOON);
    driver.advanceWallClockTime(Duration.ofDays(121));
    assertThat(profiles().get(Shoppers.key("u"))).isNull();
  }

  @Test
  void shouldHaveOneDeadlineOfWhoComesBackAfterAnErasure() {
    pipe(view("u", "a", NOON));
    erase("u", NOON);
    pipe(view("u", "b", NOON.plusSeconds(60)), view("u", "c", NOON.plusSeconds(120)));
    driver.advanceWallClockTime(Duration.ofDays(121));
    try (var deadlines = store(Shoppers.DEADLINES).all()) {
      assertThat(deadlines).toIterable().hasSize(1);
    }
    driver.advanceWallClockTime(Duration.ofDays(400));
    assertThat(profiles().get(Shoppers.key("u"))).isNull();
    try (var deadlines = store(Shoppers.DEADLINES).all()) {
      assertThat(deadlines).toIterable().isEmpty();
    }
  }

  @Test
  void shouldTellWhenABasketIsAbandonedOnceAnHourAfterTheUserLeft() {
    var left = NOON.minus(Duration.ofHours(2));
    pipe(click(ClickType.ADD_TO_CART, "u", "a", left).build());
    pipe(view("u", "b", left.plusSeconds(1_800)));
    pipe(view("somebody else", "b", left.plusSeconds(4_000)));
    driver.advanceWallClockTime(Duration.ofSeconds(10));
    assertThat(changes()).isEmpty();

    pipe(view("somebody else", "b", left.plusSeconds(5_500)));
    driver.advanceWallClockTime(Duration.ofSeconds(10));
    assertThat(changes())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.getUserId()).isEqualTo("u");
              assertThat(change.getKind()).isEqualTo(ChangeKind.BASKET_ABANDONED);
              assertThat(change.getItemIds()).containsExactly("a");
            });

    driver.advanceWallClockTime(Duration.ofDays(1));
    assertThat(changes()).isEmpty();
  }

  @Test
  void shouldNotTellThatABasketIsAbandonedWhenItWasOrderedMeanwhile() {
    pipe(click(ClickType.ADD_TO_CART, "u", "a", NOON).build());
    pipe(order("o1", "u", NOON.plusSeconds(60), "a"));
    driver.advanceWallClockTime(Duration.ofDays(1));

    assertThat(changes())
        .extracting(ProfileChange::getKind)
        .containsExactly(ChangeKind.SEGMENT, ChangeKind.STAGE);
  }

  @Test
  void shouldTellWhenAUserEntersASegmentOrStageThoughNothingHappens() {
    pipe(order("o1", "u", NOON, "a"));
    driver.advanceWallClockTime(Duration.ofDays(100));
    driver.advanceWallClockTime(Duration.ofDays(100));

    assertThat(changes())
        .extracting(ProfileChange::getKind, ProfileChange::getBefore, ProfileChange::getAfter)
        .contains(
            tuple(ChangeKind.STAGE, "VISITOR", "NEW"),
            tuple(ChangeKind.SEGMENT, "NONE", "NEW"),
            tuple(ChangeKind.STAGE, "NEW", "AT_RISK"),
            tuple(ChangeKind.STAGE, "AT_RISK", "LOST"));
  }

  private List<ProfileChange> changes() {
    return output(Topics.PROFILE_CHANGES, ProfileChange.class);
  }

  private void link(String id, String visitor, String user, Instant time) {
    input(Topics.IDENTITY_LINKS, IdentityLink.class)
        .pipeInput(visitor, new IdentityLink(id, visitor, user, time.toEpochMilli()), NOON);
  }

  private void erase(String user, Instant time) {
    input(Topics.ERASURES, Erasure.class)
        .pipeInput(user, new Erasure("erasure of " + user, user, time.toEpochMilli()), NOON);
  }

  private UserState state(String shopper) {
    return ((ShopperRow.Profile) row(shopper)).state();
  }

  private ShopperRow row(String shopper) {
    return ShopperRow.of(profiles().get(Shoppers.key(shopper)));
  }

  private RowStore profiles() {
    return store(Shoppers.USER_PROFILES);
  }

  private RowStore store(String name) {
    return (RowStore) driver.getAllStateStores().get(name);
  }
}
