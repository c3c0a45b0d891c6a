package io.shopstream.streams.profile;

import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.VisitItem;
import io.shopstream.events.state.ItemHash;
import io.shopstream.streams.profile.KeptOrders.Kept;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets orders count for what is bought together, and takes back what was not kept. The maths is in
 * {@link KeptOrders} and {@link VisitPairs}.
 */
final class OrdersKept {
  /** {@link KeptOrders} of each shopper. */
  static final String STORE = "kept-orders";

  private static final Duration VISIT_GAP = VisitPairs.Settings.DEFAULT.gap();

  private final RowStore rows;
  private final VisitPairs visitPairs;
  private final PairSink sink;

  OrdersKept(RowStore rows, VisitPairs visitPairs, PairSink sink) {
    this.rows = rows;
    this.visitPairs = visitPairs;
    this.sink = sink;
  }

  /**
   * An order was placed, cancelled or sent back; its duplicates are dropped before.
   *
   * @param visit of the shopper, as it is when the order comes
   */
  void order(String shopper, Order order, Visit visit) {
    if (order.getKind() == OrderKind.PLACED) {
      placed(shopper, order, visit);
    } else {
      takenBack(shopper, order);
    }
  }

  private void placed(String shopper, Order order, Visit visit) {
    var pieces = pieces(order);
    var counted = VisitPairs.countedItems(List.copyOf(pieces.keySet()));
    pieces.keySet().retainAll(counted);
    var viewed = viewedBefore(order.getTimeMs(), visit);
    visitPairs.ordered(counted, order.getTimeMs(), sink);
    visitPairs.boughtAfterViewing(viewed, counted, order.getTimeMs(), sink);
    var kept = new Kept(ItemHash.of(order.getOrderId()), order.getTimeMs(), pieces, viewed);
    rows.put(Shoppers.key(shopper), kept(shopper).with(kept).toBytes());
  }

  private void takenBack(String shopper, Order order) {
    var before = kept(shopper);
    var outcome =
        before.takeBack(
            Optional.ofNullable(order.getOriginalOrderId()).map(ItemHash::of),
            order.getTimeMs(),
            pieces(order));
    for (var back : outcome.takenBack()) {
      var items = List.copyOf(back.order().pieces().keySet());
      long placedMs = back.order().timeMs();
      visitPairs.returned(items, back.gone(), placedMs, sink);
      visitPairs.returnedAfterViewing(
          back.order().viewed(), back.gone(), back.isWhole(), placedMs, sink);
    }
    if (!outcome.left().equals(before)) {
      var left = outcome.left();
      rows.put(Shoppers.key(shopper), left.orders().isEmpty() ? null : left.toBytes());
    }
  }

  private KeptOrders kept(String shopper) {
    var bytes = rows.getForUpdate(Shoppers.key(shopper));
    return bytes == null ? KeptOrders.NONE : KeptOrders.of(bytes);
  }

  /** Pieces of each item, in line order. */
  private static Map<String, Integer> pieces(Order order) {
    var pieces = new LinkedHashMap<String, Integer>();
    for (var line : order.getLines()) {
      pieces.merge(
          line.getItemId(),
          line.getQuantity(),
          (one, more) -> (int) Math.min(Integer.MAX_VALUE, (long) one + more));
    }
    return pieces;
  }

  /** Items of the visit under way that were last touched before the order. */
  private static List<String> viewedBefore(long orderMs, Visit visit) {
    if (visit.isEmpty() || Math.abs(orderMs - visit.newestMs()) > VISIT_GAP.toMillis()) {
      return List.of();
    }
    var viewed = new ArrayList<String>();
    for (VisitItem item : visit.items()) {
      if (item.getTimeMs() <= orderMs) {
        viewed.add(item.getItemId());
      }
    }
    return viewed;
  }
}
