package io.shopstream.query.collector;

import io.shopstream.events.Order;
import io.shopstream.query.profile.FreshClicks;
import io.shopstream.query.profile.Profiles;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tells with an order how much its buyer clicked before it. A checkout does not wait for that: when
 * the profile cannot be read at once the order goes without.
 */
@Singleton
final class OrderVisits {

  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final int VISIT_CLICKS = Order.getClassSchema().getField("visit_clicks").pos();

  private final Profiles profiles;
  private final FreshClicks freshClicks;

  OrderVisits(Profiles profiles, FreshClicks freshClicks) {
    this.profiles = profiles;
    this.freshClicks = freshClicks;
  }

  /** Fills in the clicks of orders that do not say them, where the buyer agreed to be known. */
  CompletableFuture<Void> fillIn(List<Order> orders) {
    var wanted = new IdentityHashMap<Order, String>();
    for (var order : orders) {
      var buyer = order.getUserId() != null ? order.getUserId() : order.getVisitorId();
      if (order.getVisitClicks() == null && buyer != null && order.getConsent()) {
        wanted.put(order, buyer);
      }
    }
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return profiles
        .of(wanted.values().stream().distinct().toList())
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (found, failure) -> {
              if (failure == null) {
                fillIn(wanted, found);
              }
              return null;
            });
  }

  private void fillIn(Map<Order, String> wanted, Profiles.Found found) {
    wanted.forEach(
        (order, buyer) -> {
          if (!found.unavailable().contains(buyer)) {
            order.put(
                VISIT_CLICKS,
                freshClicks.clicksBefore(buyer, found.profiles().get(buyer), order.getTimeMs()));
          }
        });
  }
}
