package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudScoringTopology.FRAUD_ENTITIES;

import io.shopstream.streams.fraud.features.EntityState;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.messages.EntityMail;
import io.shopstream.streams.fraud.messages.EntityMessage;
import io.shopstream.streams.fraud.messages.GatherMessage;
import io.shopstream.streams.store.ChangelogPulse;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    var mail = EntityMail.of(record.key(), record.value());
    if (mail.message() instanceof EntityMessage.Ordered ordered) {
      var parts = new ArrayList<GatherMessage.Part>(mail.parties().size());
      for (var party : mail.parties()) {
        var state = load(party);
        var block = Features.blockToBytes(state.features(ordered.order()));
        state.add(ordered.order());
        store(party, state);
        parts.add(new GatherMessage.Part(EntityMail.type(party), block));
      }
      context()
          .forward(
              record
                  .withKey(ordered.orderId())
                  .withValue(new GatherMessage.Parts(parts).toBytes()));
    } else if (mail.message() instanceof EntityMessage.Known known) {
      for (var party : mail.parties()) {
        var state = load(party);
        state.add(known.outcome());
        store(party, state);
      }
    } else if (mail.message() instanceof EntityMessage.Forget forget) {
      mail.parties().forEach(party -> forget(party, forget.user()));
    }
  }

  private void forget(String party, long user) {
    if (entities.getForUpdate(key(party)) == null) {
      return;
    }
    var state = load(party);
    if (state.forget(user)) {
      entities.put(key(party), null);
    } else {
      store(party, state);
    }
  }

  private EntityState load(String party) {
    var row = entities.getForUpdate(key(party));
    return states.get(EntityMail.type(party)).load(row == null ? NEVER_SEEN : row);
  }

  private void store(String party, EntityState state) {
    newestMs = Math.max(newestMs, state.clockMs());
    entities.put(key(party), state.toBytes());
  }

  private static Bytes key(String party) {
    return Bytes.wrap(party.getBytes(StandardCharsets.UTF_8));
  }
}
