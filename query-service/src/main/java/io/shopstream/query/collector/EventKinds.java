package io.shopstream.query.collector;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.RecommendationImpression;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;

/** Where each kind of event goes, under which key, and what is filled in. */
@Singleton
final class EventKinds {

  private final EventKind<Click> click;
  private final EventKind<Order> order;
  private final EventKind<CatalogItem> catalogItem;
  private final EventKind<OrderOutcome> orderOutcome;
  private final EventKind<IdentityLink> identityLink;
  private final EventKind<RecommendationImpression> impression;

  EventKinds(EventShapes shapes) {
    click =
        new EventKind<>(
            Topics.CLICKSTREAM,
            shapes.click(),
            event -> event.getUserId() != null ? event.getUserId() : event.getVisitorId(),
            (event, now) -> {
              fillTime(event, "time_ms", event.getTimeMs(), now);
              return fillId(event, "event_id", event.getEventId());
            });
    order =
        new EventKind<>(
            Topics.ORDERS,
            shapes.order(),
            EventKinds::orderKey,
            (event, now) -> {
              fillTime(event, "time_ms", event.getTimeMs(), now);
              return null;
            });
    catalogItem =
        new EventKind<>(
            Topics.CATALOG,
            shapes.catalogItem(),
            CatalogItem::getItemId,
            (event, now) -> {
              fillTime(event, "updated_time_ms", event.getUpdatedTimeMs(), now);
              return null;
            });
    orderOutcome =
        new EventKind<>(
            Topics.ORDER_OUTCOMES,
            shapes.orderOutcome(),
            OrderOutcome::getOrderId,
            (event, now) -> {
              fillTime(event, "known_time_ms", event.getKnownTimeMs(), now);
              return null;
            });
    identityLink =
        new EventKind<>(
            Topics.IDENTITY_LINKS,
            shapes.identityLink(),
            IdentityLink::getVisitorId,
            (event, now) -> {
              fillTime(event, "time_ms", event.getTimeMs(), now);
              return fillId(event, "link_id", event.getLinkId());
            });
    impression =
        new EventKind<>(
            Topics.RECOMMENDATION_IMPRESSIONS,
            shapes.impression(),
            EventKeys::of,
            (event, now) -> {
              fillTime(event, "time_ms", event.getTimeMs(), now);
              return null;
            });
  }

  EventKind<Click> click() {
    return click;
  }

  EventKind<Order> order() {
    return order;
  }

  EventKind<CatalogItem> catalogItem() {
    return catalogItem;
  }

  EventKind<OrderOutcome> orderOutcome() {
    return orderOutcome;
  }

  EventKind<IdentityLink> identityLink() {
    return identityLink;
  }

  EventKind<RecommendationImpression> impression() {
    return impression;
  }

  private static String orderKey(Order order) {
    if (order.getUserId() != null) {
      return order.getUserId();
    }
    return order.getVisitorId() != null ? order.getVisitorId() : order.getOrderId();
  }

  private static void fillTime(SpecificRecord event, String field, long given, long now) {
    if (given == 0) {
      event.put(event.getSchema().getField(field).pos(), now);
    }
  }

  private static String fillId(SpecificRecord event, String field, String given) {
    if (given != null) {
      return null;
    }
    var made = UUID.randomUUID().toString();
    event.put(event.getSchema().getField(field).pos(), made);
    return made;
  }
}
