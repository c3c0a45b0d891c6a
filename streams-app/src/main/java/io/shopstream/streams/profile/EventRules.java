package io.shopstream.streams.profile;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rules an event must keep to be counted, whoever wrote it to the topic. Each answer names the
 * field and the rule, and no value.
 */
public final class EventRules {

  /** Nothing older is a plausible time of an event: it is a clock that was never set. */
  public static final long EARLIEST_MS = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

  /** How far a sender's clock may be ahead of the broker's. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private static final int MAX_ID_BYTES = 64;
  private static final int MAX_ORDER_LINES = 10_000;

  private EventRules() {}

  /**
   * What is wrong with a click.
   *
   * @param appendMs when the broker took the record, in milliseconds
   * @return what is wrong with the event, or empty when it may be counted
   */
  public static Optional<String> broken(Click click, long appendMs) {
    var wrong = brokenTime(click.getTimeMs(), appendMs);
    if (wrong.isEmpty()) {
      wrong = brokenId("event_id", click.getEventId());
    }
    if (wrong.isEmpty()) {
      wrong = brokenId("visitor_id", click.getVisitorId());
    }
    if (wrong.isEmpty() && click.getUserId() != null) {
      wrong = brokenId("user_id", click.getUserId());
    }
    if (wrong.isEmpty() && click.getType() == ClickType.UNKNOWN) {
      wrong = Optional.of("type: must be one this version knows");
    }
    if (wrong.isEmpty() && (click.getItemId() != null || click.getType() != ClickType.SEARCH)) {
      wrong = brokenId("item_id", click.getItemId());
    }
    return wrong;
  }

  /** What is wrong with an order; see {@link #broken(Click, long)}. */
  public static Optional<String> broken(Order order, long appendMs) {
    var wrong = brokenTime(order.getTimeMs(), appendMs);
    if (wrong.isEmpty()) {
      wrong = brokenId("order_id", order.getOrderId());
    }
    if (wrong.isEmpty() && order.getUserId() != null) {
      wrong = brokenId("user_id", order.getUserId());
    }
    if (wrong.isEmpty() && order.getVisitorId() != null) {
      wrong = brokenId("visitor_id", order.getVisitorId());
    }
    if (wrong.isEmpty() && order.getKind() == OrderKind.UNKNOWN) {
      wrong = Optional.of("kind: must be one this version knows");
    }
    if (wrong.isEmpty()
        && (order.getLines().isEmpty() || order.getLines().size() > MAX_ORDER_LINES)) {
      wrong = Optional.of("lines: must be 1 to " + MAX_ORDER_LINES);
    }
    if (wrong.isEmpty() && order.getAmountMinor() < 0) {
      wrong = Optional.of("amount_minor: must be 0 or more");
    }
    if (wrong.isEmpty()) {
      for (var line : order.getLines()) {
        wrong = brokenId("lines.item_id", line.getItemId());
        if (wrong.isEmpty() && line.getQuantity() < 1) {
          wrong = Optional.of("lines.quantity: must be 1 or more");
        }
        if (wrong.isEmpty() && line.getPriceMinor() < 0) {
          wrong = Optional.of("lines.price_minor: must be 0 or more");
        }
        if (wrong.isPresent()) {
          break;
        }
      }
    }
    return wrong;
  }

  /** What is wrong with a link; see {@link #broken(Click, long)}. */
  public static Optional<String> broken(IdentityLink link, long appendMs) {
    var wrong = brokenTime(link.getTimeMs(), appendMs);
    if (wrong.isEmpty()) {
      wrong = brokenId("link_id", link.getLinkId());
    }
    if (wrong.isEmpty()) {
      wrong = brokenId("visitor_id", link.getVisitorId());
    }
    return wrong.isEmpty() ? brokenId("user_id", link.getUserId()) : wrong;
  }

  /** What is wrong with an erasure; see {@link #broken(Click, long)}. */
  public static Optional<String> broken(Erasure erasure, long appendMs) {
    var wrong = brokenTime(erasure.getTimeMs(), appendMs);
    return wrong.isEmpty() ? brokenId("user_id", erasure.getUserId()) : wrong;
  }

  private static Optional<String> brokenTime(long timeMs, long appendMs) {
    if (timeMs < EARLIEST_MS) {
      return Optional.of("time_ms: is before the year 2000");
    }
    return timeMs > appendMs + CLOCK_TOLERANCE.toMillis()
        ? Optional.of("time_ms: is more than five minutes ahead of the broker")
        : Optional.empty();
  }

  private static Optional<String> brokenId(String field, String id) {
    if (id == null || id.isEmpty()) {
      return Optional.of(field + ": is missing");
    }
    // A char is at most three bytes of UTF-8, so most ids need no second look.
    return id.length() * 3 > MAX_ID_BYTES
            && id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES
        ? Optional.of(field + ": is longer than " + MAX_ID_BYTES + " bytes of UTF-8")
        : Optional.empty();
  }
}
