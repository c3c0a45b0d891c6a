package io.shopstream.load.datasets;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Derives what a buyer did from what was invoiced: for each line a view of the item and, half a
 * step later, putting it into the basket, in the order of the lines; one step after the last view
 * comes the order. A step is {@link #STEP}, or less where the visit would take longer than {@link
 * #LONGEST_VISIT}. So all clicks of an invoice, and the order, lie within one visit. A cancellation
 * derives no clicks.
 *
 * <p>Everything follows from the invoice alone, so that ids and times are the same at every
 * reading.
 */
final class VisitDerivation {

  static final Duration STEP = Duration.ofSeconds(20);
  static final Duration LONGEST_VISIT = Duration.ofHours(1);

  static final String CURRENCY = "GBP";

  private final long shiftMs;

  /**
   * @param shiftMs constant added to every time, in milliseconds
   */
  VisitDerivation(long shiftMs) {
    this.shiftMs = shiftMs;
  }

  /** The clicks that led to an invoice, then its order; in ascending time, at least one event. */
  List<ShopEvent> events(Invoice invoice) {
    var events = new ArrayList<ShopEvent>(2 * invoice.lines().size() + 1);
    if (!invoice.cancellation()) {
      addClicks(invoice, events);
    }
    events.add(new ShopEvent.Ordered(order(invoice)));
    return events;
  }

  /** Number of clicks that lead to an invoice. */
  static long clicks(Invoice invoice) {
    return invoice.cancellation() ? 0 : 2L * invoice.lines().size();
  }

  /** Unshifted time of the first event of an invoice, in milliseconds since 1970-01-01 UTC. */
  static long firstEventMs(Invoice invoice) {
    return invoice.cancellation()
        ? invoice.timeMs()
        : invoice.timeMs() - invoice.lines().size() * stepMs(invoice);
  }

  private static long stepMs(Invoice invoice) {
    return Math.min(STEP.toMillis(), LONGEST_VISIT.toMillis() / invoice.lines().size());
  }

  private void addClicks(Invoice invoice, List<ShopEvent> events) {
    var lines = invoice.lines();
    var orderedMs = invoice.timeMs() + shiftMs;
    var stepMs = stepMs(invoice);
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      var viewedMs = orderedMs - (lines.size() - i) * stepMs;
      events.add(click(invoice, line, ClickType.VIEW, viewedMs));
      events.add(click(invoice, line, ClickType.ADD_TO_CART, viewedMs + stepMs / 2));
    }
  }

  private static ShopEvent click(Invoice invoice, Invoice.Line line, ClickType type, long timeMs) {
    var isCart = type == ClickType.ADD_TO_CART;
    return new ShopEvent.Clicked(
        new Click(
            invoice.id() + '-' + line.ordinal() + (isCart ? "-cart" : "-view"),
            type,
            timeMs,
            visitor(invoice),
            user(invoice),
            line.itemId(),
            isCart ? line.quantity() : null,
            line.pricePence(),
            CURRENCY,
            null, // page
            null, // referrer
            null, // search query
            null, // recommendation
            true, // consent
            null, // device
            null)); // user agent
  }

  private Order order(Invoice invoice) {
    var lines = new ArrayList<OrderLine>(invoice.lines().size());
    var amount = 0L;
    for (var line : invoice.lines()) {
      lines.add(new OrderLine(line.itemId(), line.quantity(), line.pricePence(), null));
      amount = Math.addExact(amount, Math.multiplyExact(line.pricePence(), (long) line.quantity()));
    }
    return Order.newBuilder()
        .setOrderId(invoice.id())
        .setKind(invoice.cancellation() ? OrderKind.CANCELLED : OrderKind.PLACED)
        .setTimeMs(invoice.timeMs() + shiftMs)
        .setUserId(user(invoice))
        .setVisitorId(visitor(invoice))
        .setLines(lines)
        .setAmountMinor(amount)
        .setCurrency(CURRENCY)
        .setBillingCountry(Countries.alpha2(invoice.country()).orElse(null))
        .build();
  }

  private static String user(Invoice invoice) {
    return invoice.customer().isEmpty() ? null : invoice.customer();
  }

  /** The file knows no browsers: a customer is one visitor, a guest is one for the invoice. */
  private static String visitor(Invoice invoice) {
    return invoice.customer().isEmpty() ? "guest-" + invoice.id() : invoice.customer();
  }
}
