package io.shopstream.streams.profile;

import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.topics.EventKeys;
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
  private final String onward;
  private final String clicksAnew;
  private final String ordersAnew;

  /**
   * Routes to children by their names.
   *
   * @param partitions of the topic
   * @param onward child that takes what is where it belongs
   * @param clicksAnew sink that publishes a click again
   * @param ordersAnew sink that publishes an order again
   */
  PartitionCheck(int partitions, String onward, String clicksAnew, String ordersAnew) {
    this.partitions = partitions;
    this.onward = onward;
    this.clicksAnew = clicksAnew;
    this.ordersAnew = ordersAnew;
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Click click) {
      route(record, EventKeys.of(click), clicksAnew);
    } else if (record.value() instanceof Order order) {
      route(record, EventKeys.of(order), ordersAnew);
    } else {
      context().forward(record, onward);
    }
  }

  private void route(Record<String, SpecificRecord> record, String key, String anew) {
    var isHome =
        key.equals(record.key()) && EventKeys.partition(key, partitions) == partitionOfRecord();
    if (isHome || key.isEmpty()) {
      context().forward(record, onward);
    } else {
      context().forward(record.withKey(key), anew);
    }
  }

  private int partitionOfRecord() {
    return context().recordMetadata().orElseThrow().partition();
  }
}
