package io.shopstream.streams.fraud;

import io.shopstream.events.Order;
import io.shopstream.events.OrderLine;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Ids;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import java.util.HashMap;
import java.util.Set;

/**
 * An order as the fraud score sees it. The user is the account, else the visitor; a guest without
 * either has none. The seller is the one who gets most of the money. A text that is too long for an
 * id is replaced by its hash.
 */
public final class OrderReading {

  private static final int MAX_TEXT = 64;

  private OrderReading() {}

  /**
   * Reads an order.
   *
   * @param entities the parties that count
   */
  public static OrderFacts facts(Order order, Set<EntityType> entities) {
    var facts =
        new OrderFacts.Builder(order.getOrderId(), order.getTimeMs(), order.getAmountMinor());
    var shopper = EventKeys.of(order);
    party(facts, entities, EntityType.USER, shopper.equals(order.getOrderId()) ? null : shopper);
    party(facts, entities, EntityType.CARD, order.getCardFingerprint());
    party(facts, entities, EntityType.DEVICE, order.getDeviceId());
    party(facts, entities, EntityType.IP, order.getIp());
    party(facts, entities, EntityType.EMAIL, order.getEmailFingerprint());
    party(facts, entities, EntityType.ADDRESS, order.getShippingAddressFingerprint());
    party(facts, entities, EntityType.SELLER, seller(order));
    attribute(facts, Attribute.SOURCE, order.getTrafficSource());
    attribute(facts, Attribute.BROWSER, order.getBrowser());
    attribute(facts, Attribute.GENDER, order.getGender());
    attribute(facts, Attribute.PAYMENT_METHOD, order.getPaymentMethod());
    attribute(facts, Attribute.EMAIL_DOMAIN, order.getEmailDomain());
    attribute(facts, Attribute.CURRENCY, order.getCurrency());
    attribute(facts, Attribute.BILLING_COUNTRY, order.getBillingCountry());
    attribute(facts, Attribute.SHIPPING_COUNTRY, order.getShippingCountry());
    var pieces = 0L;
    for (var line : order.getLines()) {
      pieces += line.getQuantity();
    }
    return facts
        .signupTimeMs(
            order.getAccountCreatedTimeMs() == null
                ? -1
                : Math.max(-1, order.getAccountCreatedTimeMs()))
        .age(order.getAge() == null ? -1 : Math.max(-1, order.getAge()))
        .pieces((int) Math.min(Integer.MAX_VALUE - 1, pieces))
        .clicksBefore(order.getVisitClicks() == null ? -1 : order.getVisitClicks())
        .build();
  }

  /** A shopper as the partners of other parties know it. */
  static long fingerprint(String shopper) {
    return Ids.hash(bounded(shopper));
  }

  private static void party(
      OrderFacts.Builder facts, Set<EntityType> entities, EntityType type, String id) {
    if (id != null && entities.contains(type)) {
      facts.id(type, bounded(id));
    }
  }

  private static void attribute(OrderFacts.Builder facts, Attribute attribute, String value) {
    if (value != null) {
      facts.attribute(attribute, bounded(value));
    }
  }

  private static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : "#" + Long.toHexString(Ids.hash(text));
  }

  private static String seller(Order order) {
    var amounts = new HashMap<String, Long>();
    String best = null;
    for (OrderLine line : order.getLines()) {
      if (line.getSellerId() != null) {
        var amount =
            amounts.merge(line.getSellerId(), line.getPriceMinor() * line.getQuantity(), Long::sum);
        if (best == null || amount > amounts.get(best)) {
          best = line.getSellerId();
        }
      }
    }
    return best;
  }
}
