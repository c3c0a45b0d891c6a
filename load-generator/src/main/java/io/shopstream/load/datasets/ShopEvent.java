package io.shopstream.load.datasets;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import org.apache.avro.specific.SpecificRecord;

/**
 * One thing that a data set tells: where it is published, under which key, and when it happened.
 */
public sealed interface ShopEvent {

  /** Event time in milliseconds since 1970-01-01 UTC. */
  long timeMs();

  /** The topic it belongs to. */
  Topic topic();

  /** Key of the record, as the topic catalogue defines it. */
  String key();

  /** The record itself. */
  SpecificRecord value();

  /** A visitor did something. */
  record Clicked(Click value) implements ShopEvent {
    @Override
    public long timeMs() {
      return value.getTimeMs();
    }

    @Override
    public Topic topic() {
      return Topics.CLICKSTREAM;
    }

    @Override
    public String key() {
      return EventKeys.of(value);
    }
  }

  /** An order was placed, or lines of one were taken back. */
  record Ordered(Order value) implements ShopEvent {
    @Override
    public long timeMs() {
      return value.getTimeMs();
    }

    @Override
    public Topic topic() {
      return Topics.ORDERS;
    }

    @Override
    public String key() {
      return EventKeys.of(value);
    }
  }

  /** It became known what an order truly was. */
  record Judged(OrderOutcome value) implements ShopEvent {
    @Override
    public long timeMs() {
      return value.getKnownTimeMs();
    }

    @Override
    public Topic topic() {
      return Topics.ORDER_OUTCOMES;
    }

    @Override
    public String key() {
      return value.getOrderId();
    }
  }

  /** The shop described an item. */
  record Listed(CatalogItem value) implements ShopEvent {
    @Override
    public long timeMs() {
      return value.getUpdatedTimeMs();
    }

    @Override
    public Topic topic() {
      return Topics.CATALOG;
    }

    @Override
    public String key() {
      return value.getItemId();
    }
  }
}
