package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_CLICKS;
import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_SEEN_ORDERS;
import static io.shopstream.streams.fraud.FraudScoringTopology.GATHERING_SINK;
import static io.shopstream.streams.fraud.FraudScoringTopology.PARTS_SINK;

import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.profile.EventRules;
import io.shopstream.streams.store.RowStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Spreads an order: itself to where it is gathered, and a part to each of its parties. Counts the
 * clicks of the visit, which come in under the same key.
 *
 * <p>An event that breaks a rule, or came into the wrong partition, is passed by: the user-profiles
 * application sends the one to the dead letters and the other where it belongs.
 */
final class SpreadProcessor extends ContextualProcessor<String, SpecificRecord, String, byte[]> {

  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
  private static final long VISITS_KEPT_MS = Duration.ofDays(2).toMillis();

  private final FraudSettings settings;
  private final int partitions;
  private RowStore clicks;
  private RowStore seenOrders;
  private long newestClickMs;

  SpreadProcessor(FraudSettings settings, int partitions) {
    this.settings = settings;
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    super.init(context);
    clicks = context.getStateStore(FRAUD_CLICKS);
    seenOrders = context.getStateStore(FRAUD_SEEN_ORDERS);
    var oldVisits =
        new Sweep(
            clicks,
            row -> VisitClicks.of(row).lastMs() < newestClickMs - VISITS_KEPT_MS,
            (key, row) -> clicks.put(key, null));
    var oldOrders =
        new Sweep(
            seenOrders,
            row ->
                ByteBuffer.wrap(row).getLong()
                    < context.currentSystemTimeMs() - settings.rememberOrders().toMillis(),
            (key, row) -> seenOrders.put(key, null));
    context.schedule(
        SWEEP_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          oldVisits.next();
          oldOrders.next();
        });
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Order order) {
      order(order, record);
    } else if (record.value() instanceof Click click) {
      click(click, record);
    }
  }

  private void click(Click click, Record<String, SpecificRecord> record) {
    if (EventRules.broken(click, record.timestamp()).isPresent()
        || !isHome(EventKeys.of(click), record)) {
      return;
    }
    newestClickMs = Math.max(newestClickMs, click.getTimeMs());
    var key = bytes(record.key());
    var row = clicks.getForUpdate(key);
    var before = row == null ? null : VisitClicks.of(row);
    var after = VisitClicks.clicked(before, click.getTimeMs());
    if (!after.equals(before)) {
      clicks.put(key, after.toBytes());
    }
  }

  private void order(Order order, Record<String, SpecificRecord> record) {
    var placedMs = OrdersFirst.appendTime(record.timestamp());
    if (order.getKind() != OrderKind.PLACED
        || EventRules.broken(order, placedMs).isPresent()
        || !isHome(EventKeys.of(order), record)
        || !isFirst(order, placedMs)) {
      return;
    }
    var facts = OrderReading.facts(order, settings.entities(), clicksBefore(order));
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

  private int clicksBefore(Order order) {
    var shopper = EventKeys.of(order);
    if (shopper.equals(order.getOrderId())) {
      return -1;
    }
    var row = clicks.get(bytes(shopper));
    return row == null ? 0 : VisitClicks.of(row).before(order.getTimeMs());
  }

  private boolean isHome(String key, Record<String, SpecificRecord> record) {
    return key.equals(record.key())
        && EventKeys.partition(key, partitions)
            == context().recordMetadata().orElseThrow().partition();
  }

  private static Bytes bytes(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
