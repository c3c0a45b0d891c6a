package io.shopstream.streams.profile;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.MoveKind;
import io.shopstream.events.Order;
import io.shopstream.events.ProfileMove;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.LoneSources;
import io.shopstream.streams.runtime.RejectedEventException;
import io.shopstream.streams.store.Outbox;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Follows one shopper at a time: checks the event, drops a duplicate, brings profile and visit up
 * to date, and gathers what items gained. The maths is in {@link UserState} and {@link VisitPairs}.
 */
final class ShopperProcessor implements Processor<String, SpecificRecord, Object, Object> {

  static final String PAIR_OUTBOX = "pair-outbox";

  /** The catalogue as a table, all of it in each process; values as in the topic. */
  static final String CATALOG_ITEMS = "catalog-items";

  private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
  private static final int ROWS_A_SLICE = 200;
  private static final Duration DEADLINES_INTERVAL = Duration.ofSeconds(5);
  private static final int MAX_DUE = 2_000;

  /** Orders are remembered in the hour of this time once they came from a visitor, else of 0. */
  private static final long MOVED_ORDERS_MS = Duration.ofHours(1).toMillis();

  private static final int MAX_GATHERED_PAIRS = 200_000;

  private final ProfileSettings settings;
  private final Deserializer<CatalogItem> catalogItems;
  private final VisitPairs visitPairs = new VisitPairs();
  private final PairGathering gathering;
  private final String itemPairs;
  private final String moves;
  private final String changes;
  private ProcessorContext<Object, Object> context;
  private Shoppers shoppers;
  private EventClock clock;
  private Outbox<GatheredPairs> outbox;
  private RowSweep sweep;
  private ProfileUpdate update;
  private OrdersKept ordersKept;

  /**
   * Makes one for a task; it routes to children by their names.
   *
   * @param partitions of every topic
   * @param catalogItems reads a value of the catalogue
   * @param itemPairs sink of what items gained
   * @param moves sink of what goes from a visitor to a user
   * @param changes sink of what changed in profiles
   */
  ShopperProcessor(
      ProfileSettings settings,
      int partitions,
      Deserializer<CatalogItem> catalogItems,
      String itemPairs,
      String moves,
      String changes) {
    this.settings = settings;
    this.itemPairs = itemPairs;
    this.moves = moves;
    this.changes = changes;
    this.catalogItems = catalogItems;
    this.gathering = new PairGathering(partitions, settings.halfLife().toMillis());
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    LoneSources.register(context);
    shoppers = new Shoppers(context);
    ordersKept = new OrdersKept(context.getStateStore(OrdersKept.STORE), visitPairs, gathering);
    clock = new EventClock(context.currentSystemTimeMs());
    outbox = context.getStateStore(PAIR_OUTBOX);
    KeyValueStore<String, ValueAndTimestamp<byte[]>> items = context.getStateStore(CATALOG_ITEMS);
    update = new ProfileUpdate(new CatalogTraits(new CatalogTable(items)));
    outbox.bind(context, new GatheredPairs());
    RowStore seenEvents = context.getStateStore(Shoppers.SEEN_EVENTS);
    sweep =
        new RowSweep(
            seenEvents,
            ROWS_A_SLICE,
            (row, nowMs) ->
                SeenEvents.lastArrivalMs(row)
                    .filter(at -> at < nowMs - settings.duplicateHorizon().toMillis())
                    .isPresent());
    context.schedule(SWEEP_INTERVAL, PunctuationType.WALL_CLOCK_TIME, sweep::next);
    context.schedule(DEADLINES_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::lookAgain);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Click click) {
      process(click, record);
    } else if (record.value() instanceof Order order) {
      process(order, record);
    } else {
      throw new RejectedEventException("value: is neither a click nor an order");
    }
    if (gathering.pairs() > MAX_GATHERED_PAIRS) {
      gathering.drain(this::send);
    }
  }

  private void process(Click click, Record<String, SpecificRecord> record) {
    reject(EventRules.broken(click, record.timestamp()));
    var shopper = EventKeys.of(click);
    var row = shoppers.get(shopper);
    if (!click.getConsent()
        || click.getTimeMs() <= row.erasedMs()
        || isSentFurther(row, shopper, click.getEventId(), click.getTimeMs(), record)
        || !shoppers.isFirst(row, shopper, click, record.timestamp())) {
      return;
    }
    clock.saw(click.getTimeMs(), context.currentSystemTimeMs());
    if (row instanceof ShopperRow.Forwarded to && goesOn(record)) {
      send(to, shopper, click.getEventId(), click.getTimeMs(), record);
      return;
    }
    var state = shoppers.profile(row, record.timestamp());
    var visit =
        switch (click.getType()) {
          case VIEW ->
              visitPairs.touched(state.visit(), click.getItemId(), click.getTimeMs(), gathering);
          case ADD_TO_CART ->
              visitPairs.putIntoBasket(
                  state.visit(), click.getItemId(), click.getTimeMs(), gathering);
          case REMOVE_FROM_CART -> state.visit().withBasket(click.getItemId(), false);
          case SEARCH, UNKNOWN -> state.visit();
        };
    update.click(state, click, visit, context.currentSystemTimeMs());
    // Most clicks leave the deadline as it is: a user who goes on is looked at too early, not late.
    if (row.deadlineMs() == 0
        || (click.getType() == ClickType.ADD_TO_CART
            && state.mayBeAbandonedBefore(row.deadlineMs()))) {
      putWithDeadline(shopper, state, click.getTimeMs());
    } else {
      shoppers.put(shopper, state);
    }
  }

  private void process(Order order, Record<String, SpecificRecord> record) {
    reject(EventRules.broken(order, record.timestamp()));
    var shopper = EventKeys.of(order);
    var row = shoppers.get(shopper);
    if (!order.getConsent()
        || order.getTimeMs() <= row.erasedMs()
        || isSentFurther(row, shopper, order.getOrderId(), order.getTimeMs(), record)
        || !isFirst(order, record)) {
      return;
    }
    clock.saw(order.getTimeMs(), context.currentSystemTimeMs());
    if (row instanceof ShopperRow.Forwarded to && goesOn(record)) {
      send(to, shopper, order.getOrderId(), order.getTimeMs(), record);
      return;
    }
    var state = shoppers.profile(row, record.timestamp());
    ordersKept.order(shopper, order, state.visit());
    update.order(state, order, context.currentSystemTimeMs());
    tell(shopper, state, order.getTimeMs());
    putWithDeadline(shopper, state, order.getTimeMs());
  }

  /**
   * Whether an order is new. Its id is its own, at whatever time it is sent again; where it came
   * from a visitor it may meet the row in which it was remembered there.
   */
  private boolean isFirst(Order order, Record<String, SpecificRecord> record) {
    var slotMs = ProfileMoveProcessor.hops(record) == 0 ? 0 : MOVED_ORDERS_MS;
    return shoppers.isFirst(order.getOrderId(), slotMs, order.getOrderId(), record.timestamp());
  }

  /** Whether an event that came to a visitor's marker goes to the user; not in circles. */
  private static boolean goesOn(Record<String, SpecificRecord> record) {
    return ProfileMoveProcessor.hops(record) < ProfileMoveProcessor.MAX_HOPS;
  }

  /** Sends an event on that was sent here, before it is remembered: it does not count here. */
  private boolean isSentFurther(
      ShopperRow row,
      String shopper,
      String id,
      long timeMs,
      Record<String, SpecificRecord> record) {
    if (row instanceof ShopperRow.Forwarded to
        && ProfileMoveProcessor.hops(record) > 0
        && goesOn(record)) {
      send(to, shopper, id, timeMs, record);
      return true;
    }
    return false;
  }

  private void send(
      ShopperRow.Forwarded to,
      String shopper,
      String id,
      long timeMs,
      Record<String, SpecificRecord> record) {
    var move =
        new ProfileMove(
            id,
            shopper,
            to.userId(),
            timeMs,
            record.value() instanceof Click ? MoveKind.CLICK : MoveKind.ORDER,
            ByteBuffer.wrap(AvroBinary.encode(record.value())),
            ProfileMoveProcessor.hops(record) + 1);
    context.forward(new Record<>(to.userId(), move, record.timestamp()), moves);
    if (timeMs - to.usedMs() > ShopperRow.Forwarded.USE_PRECISION_MS) {
      var deadlineMs = Math.max(to.deadlineMs(), timeMs + settings.idle().toMillis());
      shoppers.put(
          shopper,
          to,
          new ShopperRow.Forwarded(to.userId(), to.linkedMs(), timeMs, deadlineMs, to.erasedMs()));
    }
  }

  private void tell(String shopper, UserState state, long nowMs) {
    for (var change : state.changes(shopper, settings.rules(), nowMs)) {
      context.forward(new Record<>(shopper, change, context.currentSystemTimeMs()), changes);
    }
  }

  private void putWithDeadline(String shopper, UserState state, long nowMs) {
    var next = state.nextDeadlineMs(settings.rules(), settings.idle(), nowMs);
    shoppers.put(shopper, state, Math.max(next, nowMs + 1));
  }

  /** Looks at the shoppers whose deadline has passed, a bounded number at once. */
  private void lookAgain(long wallMs) {
    var nowMs = clock.nowMs(wallMs);
    for (var shopper : shoppers.due(nowMs, MAX_DUE)) {
      var row = shoppers.get(shopper);
      if (row instanceof ShopperRow.Profile profile
          && nowMs - profile.state().lastSeenMs() < settings.idle().toMillis()) {
        tell(shopper, profile.state(), nowMs);
        putWithDeadline(shopper, profile.state(), nowMs);
      } else {
        shoppers.remove(shopper, row);
      }
    }
  }

  static void reject(Optional<String> broken) {
    if (broken.isPresent()) {
      throw new RejectedEventException(broken.get());
    }
  }

  @Override
  public void close() {
    if (context != null) {
      LoneSources.forget(context.taskId());
    }
    catalogItems.close();
  }

  private void send(byte[] pairs, int partition) {
    context.forward(new Record<>(partition, pairs, context.currentSystemTimeMs()), itemPairs);
  }

  private final class CatalogTable implements CatalogTraits.Table {
    private final KeyValueStore<String, ValueAndTimestamp<byte[]>> items;

    CatalogTable(KeyValueStore<String, ValueAndTimestamp<byte[]>> items) {
      this.items = items;
    }

    /** An item that cannot be read is as unknown as one that is missing. */
    @Override
    public Optional<CatalogItem> find(String itemId) {
      try {
        return Optional.ofNullable(items.get(itemId))
            .map(bytes -> catalogItems.deserialize(Topics.CATALOG.name(), bytes.value()));
      } catch (SerializationException | ClassCastException e) {
        return Optional.empty();
      }
    }

    @Override
    public boolean isEmpty() {
      try (var all = items.all()) {
        return !all.hasNext();
      }
    }
  }

  /** What leaves with the commit. */
  private final class GatheredPairs implements Outbox.Content {
    @Override
    public void send() {
      gathering.drain(ShopperProcessor.this::send);
    }

    @Override
    public void clear() {
      gathering.clear();
    }
  }
}
