package io.shopstream.streams.profile;

import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.LinkedVisitor;
import io.shopstream.events.LinkedVisitors;
import io.shopstream.events.Order;
import io.shopstream.events.ProfileMove;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.store.RowStore;
import java.util.ArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes what comes from a visitor who turned out to be a user: a profile is put together with the
 * user's, an event counts as the user's own. Where the user has turned out to be somebody else it
 * goes on, but not in circles.
 */
final class ProfileMoveProcessor
    extends ContextualProcessor<String, ProfileMove, String, SpecificRecord> {

  /** Header of an event: how often it was sent on. */
  static final String HOPS = "hops";

  static final int MAX_HOPS = 3;

  /** Visitors of a user that are remembered; beyond it the one linked first is let go. */
  private static final int MAX_VISITORS = 256;

  private final ProfileSettings settings;
  private final String events;
  private final String moves;
  private final String erasures;
  private final String changes;
  private Shoppers shoppers;
  private RowStore linkedVisitors;

  /**
   * Routes to children by their names.
   *
   * @param events child that counts clicks and orders
   * @param moves sink that sends on
   * @param erasures sink of erasures
   * @param changes sink of what changed in profiles
   */
  ProfileMoveProcessor(
      ProfileSettings settings, String events, String moves, String erasures, String changes) {
    this.settings = settings;
    this.events = events;
    this.moves = moves;
    this.erasures = erasures;
    this.changes = changes;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    super.init(context);
    shoppers = new Shoppers(context);
    linkedVisitors = context.getStateStore(StateStore.LINKED_VISITORS.storeName());
  }

  @Override
  public void process(Record<String, ProfileMove> record) {
    var move = record.value();
    switch (move.getKind()) {
      case PROFILE -> take(move, record);
      case CLICK -> {
        var click = AvroBinary.decode(bytes(move), Click.class);
        count(Click.newBuilder(click).setUserId(move.getToId()).build(), record);
      }
      case ORDER -> {
        var order = AvroBinary.decode(bytes(move), Order.class);
        count(Order.newBuilder(order).setUserId(move.getToId()).build(), record);
      }
      case UNKNOWN -> throw new IllegalArgumentException("kind: must be one this version knows");
    }
  }

  private static byte[] bytes(ProfileMove move) {
    var content = move.getContent().duplicate();
    var bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  private void count(SpecificRecord event, Record<String, ProfileMove> record) {
    var counted = new Record<>(record.key(), event, record.timestamp());
    counted.headers().add(HOPS, new byte[] {(byte) record.value().getHops()});
    context().forward(counted, events);
  }

  /** How often an event was sent on before it came here. */
  static int hops(Record<?, ?> record) {
    Header header = record.headers().lastHeader(HOPS);
    return header == null ? 0 : header.value()[0];
  }

  private void take(ProfileMove move, Record<String, ProfileMove> record) {
    var user = move.getToId();
    var row = shoppers.get(user);
    if (row instanceof ShopperRow.Forwarded on && move.getHops() < MAX_HOPS) {
      var further = ProfileMove.newBuilder(move);
      further.setToId(on.userId()).setHops(move.getHops() + 1);
      context().forward(new Record<>(on.userId(), further.build(), record.timestamp()), moves);
      return;
    }
    if (move.getTimeMs() <= row.erasedMs()) {
      // The user was erased since: so is the visitor that they were, and nothing is remembered.
      erase(move.getFromId(), move.getMoveId(), row.erasedMs(), record);
      return;
    }
    if (!shoppers.isFirstLink(user, move.getTimeMs(), move.getMoveId(), record.timestamp())) {
      return;
    }
    link(user, move, record);
    if (move.getContent().remaining() > 0) {
      merge(user, row, UserState.of(bytes(move)), record);
    }
  }

  private void link(String user, ProfileMove move, Record<String, ProfileMove> record) {
    var key = Shoppers.key(user);
    var stored = linkedVisitors.getForUpdate(key);
    var visitors = new ArrayList<LinkedVisitor>();
    if (stored != null) {
      visitors.addAll(AvroBinary.decode(stored, LinkedVisitors.class).getVisitors());
    }
    visitors.removeIf(visitor -> visitor.getVisitorId().equals(move.getFromId()));
    visitors.add(new LinkedVisitor(move.getFromId(), move.getTimeMs()));
    if (visitors.size() > MAX_VISITORS) {
      var oldest = visitors.remove(0);
      erase(oldest.getVisitorId(), move.getMoveId(), oldest.getTimeMs(), record);
    }
    linkedVisitors.put(key, AvroBinary.encode(new LinkedVisitors(visitors)));
  }

  private void merge(
      String user, ShopperRow row, UserState visitor, Record<String, ProfileMove> record) {
    if (visitor.firstSeenMs() <= row.erasedMs()) {
      // Some of it is from before the user was erased, and cannot be told from the rest.
      return;
    }
    var state = shoppers.profile(row, record.timestamp());
    state.absorb(visitor, VisitPairs.Settings.DEFAULT.gap(), VisitPairs.Settings.DEFAULT.memory());
    var rules = settings.rules();
    for (var change : state.changes(user, rules, state.lastSeenMs())) {
      context().forward(new Record<>(user, change, record.timestamp()), changes);
    }
    shoppers.put(user, state, state.nextDeadlineMs(rules, settings.idle(), state.lastSeenMs()));
  }

  private void erase(
      String visitor, String cause, long timeMs, Record<String, ProfileMove> record) {
    context()
        .forward(
            new Record<>(visitor, new Erasure(cause, visitor, timeMs), record.timestamp()),
            erasures);
  }
}
