package io.shopstream.streams.profile;

import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.runtime.RejectedEventException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends an event that came under another key, or into another partition than its key's, where it
 * belongs. Some clients (librdkafka) partition by CRC32 unless told otherwise; their events would
 * otherwise build a second profile of the same user.
 */
final class PartitionCheck
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  private final int partitions;
  private final Onward onward;
  private final String clicksAnew;
  private final String ordersAnew;
  private final String linksAnew;
  private final String erasuresAnew;

  /**
   * Routes to children by their names.
   *
   * @param partitions of the topic
   * @param onward children that take what is where it belongs: events, links, erasures
   * @param clicksAnew sink that publishes a click again
   * @param ordersAnew sink that publishes an order again
   * @param linksAnew sink that publishes a link again
   * @param erasuresAnew sink that publishes an erasure again
   */
  PartitionCheck(
      int partitions,
      Onward onward,
      String clicksAnew,
      String ordersAnew,
      String linksAnew,
      String erasuresAnew) {
    this.partitions = partitions;
    this.onward = onward;
    this.clicksAnew = clicksAnew;
    this.ordersAnew = ordersAnew;
    this.linksAnew = linksAnew;
    this.erasuresAnew = erasuresAnew;
  }

  /** Children that take what is where it belongs. */
  record Onward(String events, String links, String erasures) {}

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Click click) {
      route(record, EventKeys.of(click), onward.events(), clicksAnew);
    } else if (record.value() instanceof Order order) {
      route(record, EventKeys.of(order), onward.events(), ordersAnew);
    } else if (record.value() instanceof IdentityLink link) {
      route(record, link.getVisitorId(), onward.links(), linksAnew);
    } else if (record.value() instanceof Erasure erasure) {
      route(record, erasure.getUserId(), onward.erasures(), erasuresAnew);
    } else {
      throw new RejectedEventException("value: is neither click, order, link nor erasure");
    }
  }

  private void route(Record<String, SpecificRecord> record, String key, String home, String anew) {
    var isHome =
        key.equals(record.key()) && EventKeys.partition(key, partitions) == partitionOfRecord();
    if (isHome || key.isEmpty()) {
      context().forward(record, home);
    } else {
      context().forward(record.withKey(key), anew);
    }
  }

  private int partitionOfRecord() {
    return context().recordMetadata().orElseThrow().partition();
  }
}
