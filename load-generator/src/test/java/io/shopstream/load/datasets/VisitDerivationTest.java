package io.shopstream.load.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.ClickType;
import io.shopstream.events.OrderKind;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VisitDerivationTest {

  private static final long NOON_MS = 1_300_000_000_000L;

  private static Invoice invoice(boolean cancellation, String customer, int lines) {
    return new Invoice(
        cancellation ? "C1" : "1",
        cancellation,
        NOON_MS,
        customer,
        "EIRE",
        IntStream.rangeClosed(1, lines)
            .mapToObj(n -> new Invoice.Line(n, "2" + n, "THING", n, 250))
            .toList());
  }

  @Test
  void shouldViewThenPutIntoTheBasketThenOrder() {
    var events = new VisitDerivation(1_000).events(invoice(false, "17850", 2));

    assertThat(events)
        .extracting(ShopEvent::timeMs)
        .containsExactly(
            NOON_MS - 39_000, NOON_MS - 29_000, NOON_MS - 19_000, NOON_MS - 9_000, NOON_MS + 1_000);
    assertThat(events.subList(0, 4))
        .allSatisfy(event -> assertThat(event.key()).isEqualTo("17850"))
        .map(event -> ((Clicked) event).value().getEventId())
        .containsExactly("1-1-view", "1-1-cart", "1-2-view", "1-2-cart");
    var view = ((Clicked) events.get(0)).value();
    assertThat(view.getType()).isEqualTo(ClickType.VIEW);
    assertThat(view.getQuantity()).isNull();
    assertThat(view.getUserId()).isEqualTo("17850");
    var cart = ((Clicked) events.get(3)).value();
    assertThat(cart.getType()).isEqualTo(ClickType.ADD_TO_CART);
    assertThat(cart.getQuantity()).isEqualTo(2);
    assertThat(cart.getPriceMinor()).isEqualTo(250);
    assertThat(cart.getCurrency()).isEqualTo("GBP");
    var order = ((Ordered) events.get(4)).value();
    assertThat(order.getKind()).isEqualTo(OrderKind.PLACED);
    assertThat(order.getAmountMinor()).isEqualTo(250 + 2 * 250);
    assertThat(order.getBillingCountry()).isEqualTo("IE");
    assertThat(order.getLines()).hasSize(2);
  }

  @Test
  void shouldMakeAGuestOfABuyerWithoutNumber() {
    var events = new VisitDerivation(0).events(invoice(false, "", 1));

    assertThat(events).extracting(ShopEvent::key).containsOnly("guest-1");
    assertThat(((Clicked) events.get(0)).value().getUserId()).isNull();
    assertThat(((Ordered) events.get(2)).value().getUserId()).isNull();
  }

  @Test
  void shouldDeriveNoClicksFromACancellation() {
    var events = new VisitDerivation(0).events(invoice(true, "17850", 3));

    assertThat(events).hasSize(1);
    var order = ((Ordered) events.get(0)).value();
    assertThat(order.getKind()).isEqualTo(OrderKind.CANCELLED);
    assertThat(order.getOriginalOrderId()).isNull();
    assertThat(order.getTimeMs()).isEqualTo(NOON_MS);
  }

  @Property(tries = 50)
  void shouldKeepAnInvoiceWithinOneVisit(@ForAll @IntRange(min = 1, max = 5_000) int lines) {
    var invoice = invoice(false, "17850", lines);
    var events = new VisitDerivation(0).events(invoice);

    assertThat(events).hasSize(2 * lines + 1);
    assertThat(VisitDerivation.clicks(invoice)).isEqualTo(2L * lines);
    assertThat(events.get(0).timeMs()).isEqualTo(VisitDerivation.firstEventMs(invoice));
    assertThat(NOON_MS - events.get(0).timeMs())
        .isLessThanOrEqualTo(VisitDerivation.LONGEST_VISIT.toMillis());
    assertThat(gaps(events)).allMatch(gap -> gap >= 0 && gap < Duration.ofMinutes(30).toMillis());
  }

  private static List<Long> gaps(List<ShopEvent> events) {
    return IntStream.range(1, events.size())
        .mapToObj(i -> events.get(i).timeMs() - events.get(i - 1).timeMs())
        .toList();
  }
}
