package io.shopstream.streams.fraud;

import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.profile.EventRules;
import io.shopstream.streams.runtime.RejectedEventException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Checks an outcome and hands it to the order it is about; one that came under another key, or into
 * another partition than its order's, is sent there.
 */
final class OutcomeCheck extends ContextualProcessor<String, OrderOutcome, String, byte[]> {

  private static final int MAX_ID = 64;

  private final int partitions;
  private final String onward;
  private final String elsewhere;

  OutcomeCheck(int partitions, String onward, String elsewhere) {
    this.partitions = partitions;
    this.onward = onward;
    this.elsewhere = elsewhere;
  }

  @Override
  public void process(Record<String, OrderOutcome> record) {
    var outcome = record.value();
    if (outcome == null) {
      throw new RejectedEventException("value: is missing");
    }
    var order = outcome.getOrderId();
    if (order.isEmpty() || order.length() > MAX_ID) {
      throw new RejectedEventException("order_id: must be 1 to 64 bytes of UTF-8");
    }
    if (outcome.getLabel() == OutcomeLabel.UNKNOWN) {
      throw new RejectedEventException("label: must be one this version knows");
    }
    if (outcome.getKnownTimeMs() < EventRules.EARLIEST_MS
        || outcome.getKnownTimeMs() > record.timestamp() + EventRules.CLOCK_TOLERANCE.toMillis()) {
      throw new RejectedEventException(
          "known_time_ms: must be after the year 2000 and not in the future");
    }
    var message =
        new GatherMessage.Outcome(
            outcome.getLabel() == OutcomeLabel.CHARGEBACK, outcome.getKnownTimeMs());
    var isHome =
        EventKeys.partition(order, partitions)
            == context().recordMetadata().orElseThrow().partition();
    context()
        .forward(record.withKey(order).withValue(message.toBytes()), isHome ? onward : elsewhere);
  }
}
