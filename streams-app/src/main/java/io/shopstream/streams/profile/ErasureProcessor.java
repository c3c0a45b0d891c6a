package io.shopstream.streams.profile;

import io.shopstream.events.Erasure;
import io.shopstream.events.LinkedVisitors;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.store.ChangelogPulse;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Erases a user: the profile with its visit, which events are known, which visitors were linked.
 * What stays is the time of the erasure, so that events from before it which come late count
 * nothing. Each linked visitor is erased too, by an erasure of its own, which every application
 * sees.
 */
final class ErasureProcessor extends ContextualProcessor<String, Erasure, String, Erasure> {

  private final Duration changelogLag;
  private Shoppers shoppers;
  private RowStore linkedVisitors;
  private RowStore keptOrders;

  /**
   * @param changelogLag how long what was erased may wait in a changelog for its segment to close
   */
  ErasureProcessor(Duration changelogLag) {
    this.changelogLag = changelogLag;
  }

  @Override
  public void init(ProcessorContext<String, Erasure> context) {
    super.init(context);
    shoppers = new Shoppers(context);
    keptOrders = context.getStateStore(OrdersKept.STORE);
    linkedVisitors = context.getStateStore(StateStore.LINKED_VISITORS.storeName());
    ChangelogPulse.schedule(
        context,
        changelogLag,
        Shoppers.USER_PROFILES,
        Shoppers.SEEN_EVENTS,
        Shoppers.DEADLINES,
        OrdersKept.STORE,
        StateStore.LINKED_VISITORS.storeName());
  }

  @Override
  public void process(Record<String, Erasure> record) {
    var erasure = record.value();
    ShopperProcessor.reject(EventRules.broken(erasure, record.timestamp()));
    var user = erasure.getUserId();
    eraseLinked(user, erasure, record);
    shoppers.forgetEvents(user);
    keptOrders.put(Shoppers.key(user), null);
    var before = shoppers.get(user);
    var erasedMs = Math.max(before.erasedMs(), erasure.getTimeMs());
    var forgottenMs = context().currentSystemTimeMs() + Shoppers.ERASED_KEPT.toMillis();
    shoppers.put(user, before, new ShopperRow.Erased(forgottenMs, erasedMs));
  }

  private void eraseLinked(String user, Erasure erasure, Record<String, Erasure> record) {
    var key = Shoppers.key(user);
    var stored = linkedVisitors.getForUpdate(key);
    if (stored == null) {
      return;
    }
    for (var visitor : AvroBinary.decode(stored, LinkedVisitors.class).getVisitors()) {
      context()
          .forward(
              new Record<>(
                  visitor.getVisitorId(),
                  Erasure.newBuilder(erasure).setUserId(visitor.getVisitorId()).build(),
                  record.timestamp()));
    }
    linkedVisitors.put(key, null);
  }
}
