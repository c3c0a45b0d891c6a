package io.shopstream.query.collector;

import static io.shopstream.query.json.FieldRules.address;
import static io.shopstream.query.json.FieldRules.bool;
import static io.shopstream.query.json.FieldRules.country;
import static io.shopstream.query.json.FieldRules.currency;
import static io.shopstream.query.json.FieldRules.id;
import static io.shopstream.query.json.FieldRules.integer;
import static io.shopstream.query.json.FieldRules.ip;
import static io.shopstream.query.json.FieldRules.money;
import static io.shopstream.query.json.FieldRules.objects;
import static io.shopstream.query.json.FieldRules.oneOf;
import static io.shopstream.query.json.FieldRules.quantity;
import static io.shopstream.query.json.FieldRules.text;
import static io.shopstream.query.json.FieldRules.texts;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.events.RecommendationImpression;
import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.json.FieldRule;
import io.shopstream.query.json.FieldRules;
import io.shopstream.query.json.JsonShape;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;

/**
 * The events that the collector takes, field by field. A time that was left out is 0 here: the
 * collector fills it in.
 */
@Singleton
final class EventShapes {

  private static final int MOST_LINES = 2_000;

  private final JsonShape<Click> click;
  private final JsonShape<Order> order;
  private final JsonShape<CatalogItem> catalogItem;
  private final JsonShape<OrderOutcome> orderOutcome;
  private final JsonShape<IdentityLink> identityLink;
  private final JsonShape<RecommendationImpression> impression;

  EventShapes(CollectorConfiguration config, Clock clock, RecommendationIds ids) {
    var time = FieldRules.time(clock, config.clockTolerance());
    click = click(time, config.defaultConsent());
    order = order(time, config.defaultConsent());
    catalogItem = catalogItem(time);
    orderOutcome = orderOutcome(time);
    identityLink = identityLink(time);
    impression = impression(time, config.defaultConsent(), ids);
  }

  JsonShape<Click> click() {
    return click;
  }

  JsonShape<Order> order() {
    return order;
  }

  JsonShape<CatalogItem> catalogItem() {
    return catalogItem;
  }

  JsonShape<OrderOutcome> orderOutcome() {
    return orderOutcome;
  }

  JsonShape<IdentityLink> identityLink() {
    return identityLink;
  }

  JsonShape<RecommendationImpression> impression() {
    return impression;
  }

  private static JsonShape<Click> click(FieldRule time, boolean consent) {
    return JsonShape.ofRecord("a click", Click.getClassSchema(), () -> emptyClick(consent))
        .optional("event_id", id())
        .required("type", oneOf(ClickType.class))
        .optional("time", time)
        .required("visitor_id", id())
        .optional("user_id", id())
        .optional("item_id", id())
        .optional("quantity", quantity())
        .optional("price_minor", money())
        .optional("currency", currency())
        .optional("page", address(2_048))
        .optional("referrer", address(2_048))
        .optional("search_query", text(512))
        .optional("recommendation_id", text(64))
        .optional("consent", bool())
        .optional("device_id", id())
        .optional("user_agent", text(1_024))
        .check(
            (event, faults) -> {
              if (event.getType() == ClickType.SEARCH) {
                if (event.getSearchQuery() == null) {
                  faults.add("search_query", "is required with type SEARCH");
                }
              } else {
                if (event.getItemId() == null) {
                  faults.add("item_id", "is required with all types but SEARCH");
                }
                if (event.getSearchQuery() != null) {
                  faults.add("search_query", "goes with type SEARCH only");
                }
              }
              if (event.getRecommendationId() != null
                  && !RecommendationIds.hasForm(event.getRecommendationId())) {
                faults.add(
                    "recommendation_id",
                    "names no list of recommendations; send it as it came with the list, or leave"
                        + " it out");
              }
              if (event.getPriceMinor() != null && event.getCurrency() == null) {
                faults.add("currency", "is required with price_minor");
              }
            });
  }

  private static Click emptyClick(boolean consent) {
    var click = new Click();
    click.put("consent", consent);
    return click;
  }

  private static JsonShape<Order> order(FieldRule time, boolean consent) {
    var line =
        JsonShape.ofRecord("an order line", OrderLine.getClassSchema(), OrderLine::new)
            .required("item_id", id())
            .required("quantity", quantity())
            .required("price_minor", money())
            .optional("seller_id", id());
    return JsonShape.ofRecord("an order", Order.getClassSchema(), () -> emptyOrder(consent))
        .required("order_id", id())
        .optional("kind", oneOf(OrderKind.class))
        .optional("original_order_id", id())
        .optional("time", time)
        .optional("user_id", id())
        .optional("visitor_id", id())
        .optional("account_created_time", time)
        .required("lines", objects(1, MOST_LINES, line))
        .required("amount_minor", money())
        .required("currency", currency())
        .optional("payment_method", text(64))
        .optional("card_fingerprint", text(128))
        .optional("device_id", id())
        .optional("ip", ip())
        .optional("user_agent", text(1_024))
        .optional("browser", text(128))
        .optional("traffic_source", text(128))
        .optional("billing_address_fingerprint", text(128))
        .optional("shipping_address_fingerprint", text(128))
        .optional("billing_country", country())
        .optional("shipping_country", country())
        .optional("email_fingerprint", text(128))
        .optional("email_domain", text(253))
        .optional("age", integer(0, 150))
        .optional("gender", text(32))
        .optional("consent", bool())
        .optional("visit_clicks", integer(0, 1_000_000))
        .check(
            (event, faults) -> {
              if (event.getKind() == OrderKind.PLACED && event.getOriginalOrderId() != null) {
                faults.add("original_order_id", "goes with kind CANCELLED or RETURNED only");
              }
            });
  }

  private static Order emptyOrder(boolean consent) {
    var order = new Order();
    order.put("kind", OrderKind.PLACED);
    order.put("consent", consent);
    return order;
  }

  private static JsonShape<CatalogItem> catalogItem(FieldRule time) {
    return JsonShape.ofRecord(
            "a catalogue item", CatalogItem.getClassSchema(), EventShapes::emptyItem)
        .required("item_id", id())
        .required("title", text(512))
        .optional("category_path", texts(10, 128))
        .optional("brand", text(128))
        .optional("price_minor", money())
        .optional("currency", currency())
        .optional("available", bool())
        .optional("image_url", text(2_048))
        .optional("updated_time", time)
        .check(
            (event, faults) -> {
              if (event.getPriceMinor() != null && event.getCurrency() == null) {
                faults.add("currency", "is required with price_minor");
              }
            });
  }

  private static CatalogItem emptyItem() {
    var item = new CatalogItem();
    item.put("category_path", new ArrayList<String>());
    item.put("available", true);
    return item;
  }

  private static JsonShape<OrderOutcome> orderOutcome(FieldRule time) {
    return JsonShape.ofRecord("an order outcome", OrderOutcome.getClassSchema(), OrderOutcome::new)
        .required("order_id", id())
        .required("label", oneOf(OutcomeLabel.class))
        .optional("known_time", time)
        .optional("source", text(64));
  }

  private static JsonShape<IdentityLink> identityLink(FieldRule time) {
    return JsonShape.ofRecord("an identity link", IdentityLink.getClassSchema(), IdentityLink::new)
        .optional("link_id", id())
        .required("visitor_id", id())
        .required("user_id", id())
        .optional("time", time);
  }

  private static JsonShape<RecommendationImpression> impression(
      FieldRule time, boolean consent, RecommendationIds ids) {
    return JsonShape.ofRecord(
            "an impression",
            RecommendationImpression.getClassSchema(),
            () -> emptyImpression(consent))
        .required("recommendation_id", text(64))
        .optional("time", time)
        .required("visitor_id", id())
        .optional("user_id", id())
        .optional("consent", bool())
        .check(
            (event, faults) -> {
              if (ids.verify(event.getRecommendationId(), event.getVisitorId(), event.getUserId())
                  .isEmpty()) {
                faults.add(
                    "recommendation_id",
                    "was not given out here to this visitor or user; send it as it came with the"
                        + " list");
              }
            });
  }

  private static RecommendationImpression emptyImpression(boolean consent) {
    var impression = new RecommendationImpression();
    impression.put("consent", consent);
    return impression;
  }
}
