package io.shopstream.query.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshClicksTest {

  private static final long NOW = 1_700_000_000_000L;

  private final FreshClicks clicks = new FreshClicks();

  @Test
  void shouldShowAClickBeforeAnyProfileDoes() {
    clicks.taken(click("ann", ClickType.VIEW, "lamp", NOW).build());
    clicks.taken(click("ann", ClickType.ADD_TO_CART, "bulb", NOW + 1).build());

    var visit = clicks.visit("ann", null);

    assertThat(visit.items()).containsExactly("lamp", "bulb");
    assertThat(visit.basket()).containsExactly("bulb");
    assertThat(clicks.visit("bob", null).items()).isEmpty();
  }

  @Test
  void shouldMoveAnItemThatIsTouchedAgainToTheEndAndKeepItInTheBasket() {
    clicks.taken(click("ann", ClickType.ADD_TO_CART, "lamp", NOW).build());
    clicks.taken(click("ann", ClickType.VIEW, "bulb", NOW + 1).build());
    clicks.taken(click("ann", ClickType.VIEW, "lamp", NOW + 2).build());

    assertThat(clicks.visit("ann", null))
        .isEqualTo(new FreshClicks.Visit(List.of("bulb", "lamp"), List.of("lamp")));

    clicks.taken(click("ann", ClickType.REMOVE_FROM_CART, "lamp", NOW + 3).build());
    assertThat(clicks.visit("ann", null).basket()).isEmpty();
  }

  @Test
  void shouldBeginAnewAfterTheGapThatEndsAVisit() {
    clicks.taken(click("ann", ClickType.VIEW, "lamp", NOW).build());
    clicks.taken(
        click("ann", ClickType.VIEW, "bulb", NOW + Duration.ofMinutes(31).toMillis()).build());

    assertThat(clicks.visit("ann", null).items()).containsExactly("bulb");
  }

  @Test
  void shouldRememberNothingWithoutConsentNorOfWhoWasErased() {
    clicks.taken(click("ann", ClickType.VIEW, "lamp", NOW).setConsent(false).build());
    clicks.taken(click("bob", ClickType.VIEW, "lamp", NOW).build());
    clicks.forget("bob");

    assertThat(clicks.visit("ann", null).items()).isEmpty();
    assertThat(clicks.visit("bob", null).items()).isEmpty();
  }

  @Test
  void shouldRememberNoMoreThanAVisitHolds() {
    for (var i = 0; i < 100; i++) {
      clicks.taken(click("ann", ClickType.VIEW, "item-" + i, NOW + i).build());
    }
    assertThat(clicks.visit("ann", null).items()).hasSize(20).endsWith("item-99");
  }

  private static Click.Builder click(String visitor, ClickType type, String item, long timeMs) {
    return Click.newBuilder()
        .setEventId(item + timeMs)
        .setType(type)
        .setTimeMs(timeMs)
        .setVisitorId(visitor)
        .setItemId(item);
  }
}
