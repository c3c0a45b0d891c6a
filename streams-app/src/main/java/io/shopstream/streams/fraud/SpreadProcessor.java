package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_SEEN_ORDERS;
import static io.shopstream.streams.fraud.FraudScoringTopology.GATHERING_SINK;
import static io.shopstream.streams.fraud.FraudScoringTopology.PARTS_SINK;

import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.profile.EventRules;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Spreads an order: itself to where it is gathered, and a part to each of its parties.
 *
 * <p>An event that breaks a rule, or came into the wrong partition, is passed by: the user-profiles
 * application sends the one to the dead letters and the other where it belongs.
 */
final class SpreadProcessor extends ContextualProcessor<String, Order, String, byte[]> {

  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

  private final FraudSettings settings;
  private final int partitions;
  private RowStore seenOrders;

  SpreadProcessor(FraudSettings settings, int partitions) {
    this.settings = settings;
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    super.init(context);
    seenOrders = context.getStateStore(FRAUD_SEEN_ORDERS);
    var oldOrders =
        new RowSweep(
            seenOrders,
            (row, nowMs) ->
                ByteBuffer.wrap(row).getLong() < nowMs - settings.rememberOrders().toMillis());
    context.schedule(SWEEP_INTERVAL, PunctuationType.WALL_CLOCK_TIME, oldOrders::next);
  }

  @Override
  public void process(Record<String, Order> record) {
    var order = record.value();
    var placedMs = record.timestamp();
    if (order.getKind() != OrderKind.PLACED
        || EventRules.broken(order, placedMs).isPresent()
        || !isHome(EventKeys.of(order), record)
        || !isFirst(order, placedMs)) {
      return;
    }
    var facts = OrderReading.facts(order, settings.entities());
    context()
        .forward(
            new Record<>(
                facts.orderId(), new GatherMessage.Placed(facts, placedMs).toBytes(), placedMs),
            GATHERING_SINK);
    var part = new EntityMessage.Ordered(facts.orderId(), facts.part()).toBytes();
    facts
        .ids()
        .forEach(
            (type, id) ->
                context().forward(new Record<>(type.key() + ":" + id, part, placedMs), PARTS_SINK));
  }

  private boolean isFirst(Order order, long placedMs) {
    var key = bytes(order.getOrderId());
    if (seenOrders.getForUpdate(key) != null) {
      return false;
    }
    seenOrders.put(key, ByteBuffer.allocate(Long.BYTES).putLong(placedMs).array());
    return true;
  }

  private boolean isHome(String key, Record<String, Order> record) {
    return key.equals(record.key())
        && EventKeys.partition(key, partitions)
            == context().recordMetadata().orElseThrow().partition();
  }

  private static Bytes bytes(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
