package io.shopstream.streams.profile;

import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.state.ItemHash;
import io.shopstream.streams.profile.taste.Tastes;
import java.util.Optional;

/** Brings what is kept of a user up to date with one event. Used by one thread. */
final class ProfileUpdate {

  /** Order lines that count as tastes; an order of a wholesaler may have thousands. */
  private static final int MAX_TASTED_LINES = 100;

  private final CatalogTraits catalog;

  ProfileUpdate(CatalogTraits catalog) {
    this.catalog = catalog;
  }

  /**
   * A click.
   *
   * @param next the visit after it
   * @param nowMs by the wall clock
   */
  void click(UserState state, Click click, Visit next, long nowMs) {
    state.clicked(
        click.getType(),
        click.getItemId(),
        click.getTimeMs(),
        next,
        catalog.of(click.getItemId(), nowMs),
        click.getPriceMinor() == null ? -1 : click.getPriceMinor());
    state.browsed(click.getUserAgent(), hash(click.getDeviceId()));
  }

  /** An order placed, or lines of one taken back. */
  void order(UserState state, Order order, long nowMs) {
    var isPlaced = order.getKind() == OrderKind.PLACED;
    if (isPlaced) {
      state.ordered(
          ItemHash.of(order.getOrderId()),
          order.getLines().stream().map(OrderLine::getItemId).toList(),
          order.getAmountMinor(),
          order.getCurrency(),
          order.getTimeMs());
      state.browsed(order.getUserAgent(), hash(order.getDeviceId()));
    } else {
      state.takenBack(
          hash(order.getOriginalOrderId()),
          order.getAmountMinor(),
          order.getCurrency(),
          order.getTimeMs());
    }
    order.getLines().stream()
        .limit(MAX_TASTED_LINES)
        .forEach(
            line ->
                state.tasted(
                    catalog.of(line.getItemId(), nowMs),
                    line.getPriceMinor(),
                    order.getTimeMs(),
                    isPlaced ? Tastes.BOUGHT : -Tastes.BOUGHT));
  }

  private static Optional<Long> hash(String id) {
    return Optional.ofNullable(id).map(ItemHash::of);
  }
}
