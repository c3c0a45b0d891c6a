package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_SHOPPER_ORDERS;
import static io.shopstream.streams.fraud.FraudScoringTopology.GATHERING_SINK;
import static io.shopstream.streams.fraud.FraudScoringTopology.PARTS_SINK;

import io.shopstream.events.Erasure;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.messages.EntityMail;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.profile.EventRules;
import io.shopstream.streams.store.ChangelogPulse;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Spreads an order: itself to where it is gathered, and a part to its parties. Spreads an erasure
 * in the same way: to each order of the shopper, which tells its parties.
 *
 * <p>An event that breaks a rule, or came into the wrong partition, is passed by: the user-profiles
 * application sends the one to the dead letters and the other where it belongs.
 */
final class SpreadProcessor extends ContextualProcessor<String, SpecificRecord, String, byte[]> {

  private final FraudSettings settings;
  private final int partitions;
  private ShopperOrders orders;

  SpreadProcessor(FraudSettings settings, int partitions) {
    this.settings = settings;
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    super.init(context);
    RowStore rows = context.getStateStore(FRAUD_SHOPPER_ORDERS);
    orders = new ShopperOrders(rows);
    var sweep =
        new RowSweep(
            rows,
            FraudSettings.ROWS_A_SWEEP,
            (row, nowMs) ->
                ShopperOrders.writtenMs(row) < nowMs - settings.rememberOrders().toMillis());
    context.schedule(FraudSettings.SWEEP_INTERVAL, PunctuationType.WALL_CLOCK_TIME, sweep::next);
    ChangelogPulse.schedule(context, settings.changelogLag(), FRAUD_SHOPPER_ORDERS);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Order order) {
      spread(order, record);
    } else if (record.value() instanceof Erasure erasure) {
      erase(erasure, record);
    }
  }

  private void spread(Order order, Record<String, SpecificRecord> record) {
    var placedMs = record.timestamp();
    var shopper = EventKeys.of(order);
    if (order.getKind() != OrderKind.PLACED
        || EventRules.broken(order, placedMs).isPresent()
        || !isHome(shopper, record)
        || !orders.isNew(shopper, order.getOrderId(), order.getTimeMs(), placedMs)) {
      return;
    }
    var facts = OrderReading.facts(order, settings.entities());
    context()
        .forward(
            new Record<>(
                facts.orderId(), new GatherMessage.Placed(facts, placedMs).toBytes(), placedMs),
            GATHERING_SINK);
    var message = new EntityMessage.Ordered(facts.orderId(), facts.part());
    for (var mail : EntityMail.to(facts.ids(), message, partitions)) {
      context().forward(new Record<>(mail.key(), mail.toBytes(), placedMs), PARTS_SINK);
    }
  }

  private void erase(Erasure erasure, Record<String, SpecificRecord> record) {
    var shopper = erasure.getUserId();
    var nowMs = record.timestamp();
    if (EventRules.broken(erasure, nowMs).isPresent() || !isHome(shopper, record)) {
      return;
    }
    var user = OrderReading.fingerprint(shopper);
    var erased = new GatherMessage.Erased(user).toBytes();
    for (var orderId : orders.erase(shopper, erasure.getTimeMs(), nowMs)) {
      context().forward(new Record<>(orderId, erased, nowMs), GATHERING_SINK);
    }
    var mail =
        new EntityMail(
            List.of(EntityMail.key(EntityType.USER, shopper)), new EntityMessage.Forget(user));
    context().forward(new Record<>(mail.key(), mail.toBytes(), nowMs), PARTS_SINK);
  }

  private boolean isHome(String key, Record<String, SpecificRecord> record) {
    return key.equals(record.key())
        && EventKeys.partition(key, partitions)
            == context().recordMetadata().orElseThrow().partition();
  }
}
