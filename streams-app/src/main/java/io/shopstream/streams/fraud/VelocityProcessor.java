package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_ENTITIES;

import io.shopstream.streams.fraud.features.EntityState;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.store.ChangelogPulse;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Remembers the past of each party. An order is told what came before it and becomes part of the
 * past itself; an outcome only becomes part of the past. A user who is erased is forgotten, with
 * every card, device, address and so on that nobody else has used.
 */
final class VelocityProcessor extends ContextualProcessor<String, byte[], String, byte[]> {

  private static final byte[] NEVER_SEEN = {};

  private final FraudSettings settings;

  /** One that is read into, by type. */
  private final Map<EntityType, EntityState> states = new EnumMap<>(EntityType.class);

  private RowStore entities;
  private long newestMs;

  VelocityProcessor(FraudSettings settings) {
    this.settings = settings;
    for (var type : EntityType.values()) {
      states.put(type, EntityState.empty(type));
    }
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    super.init(context);
    entities = context.getStateStore(FRAUD_ENTITIES);
    // By the time of events, so that a replay of old ones does not forget them at once.
    var sweep =
        new RowSweep(
            entities,
            FraudSettings.ROWS_A_SWEEP,
            (row, nowMs) ->
                EntityState.clockMs(row) < newestMs - settings.rememberEntities().toMillis());
    ChangelogPulse.schedule(context, settings.changelogLag(), FRAUD_ENTITIES);
    context.schedule(FraudSettings.SWEEP_INTERVAL, PunctuationType.WALL_CLOCK_TIME, sweep::next);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    var type = EntityType.of(record.key().substring(0, record.key().indexOf(':')));
    var key = Bytes.wrap(record.key().getBytes(StandardCharsets.UTF_8));
    var row = entities.getForUpdate(key);
    var state = states.get(type).load(row == null ? NEVER_SEEN : row);
    var message = EntityMessage.fromBytes(record.value());
    if (message instanceof EntityMessage.Ordered ordered) {
      var block = state.features(ordered.order());
      state.add(ordered.order());
      context()
          .forward(
              record
                  .withKey(ordered.orderId())
                  .withValue(new GatherMessage.Part(type, Features.blockToBytes(block)).toBytes()));
    } else if (message instanceof EntityMessage.Known known) {
      state.add(known.outcome());
    } else if (message instanceof EntityMessage.Forget forget) {
      if (row == null || state.forget(forget.user())) {
        entities.put(key, null);
        return;
      }
    }
    newestMs = Math.max(newestMs, state.clockMs());
    entities.put(key, state.toBytes());
  }
}
