package io.shopstream.streams.profile;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.RejectedEventException;
import io.shopstream.streams.store.Outbox;
import io.shopstream.streams.store.RowStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;
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
final class ShopperProcessor implements Processor<String, SpecificRecord, Integer, ItemPairs> {

  static final String USER_PROFILES = "user-profiles";
  static final String SEEN_EVENTS = "seen-events";
  static final String PAIR_OUTBOX = "pair-outbox";

  /** The catalogue as a table, all of it in each process; values as in the topic. */
  static final String CATALOG_ITEMS = "catalog-items";

  private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
  private static final int MAX_GATHERED_PAIRS = 200_000;

  private final ProfileSettings settings;
  private final Deserializer<CatalogItem> catalogItems;
  private final VisitPairs visitPairs = new VisitPairs();
  private final PairGathering gathering;
  private ProcessorContext<Integer, ItemPairs> context;
  private RowStore profiles;
  private RowStore seenEvents;
  private Outbox<GatheredPairs> outbox;
  private SeenEventsSweep sweep;
  private ProfileUpdate update;

  /**
   * Makes one for a task.
   *
   * @param partitions of every topic
   * @param catalogItems reads a value of the catalogue
   */
  ShopperProcessor(
      ProfileSettings settings, int partitions, Deserializer<CatalogItem> catalogItems) {
    this.settings = settings;
    this.catalogItems = catalogItems;
    this.gathering = new PairGathering(partitions, settings.halfLife().toMillis());
  }

  @Override
  public void init(ProcessorContext<Integer, ItemPairs> context) {
    this.context = context;
    profiles = context.getStateStore(USER_PROFILES);
    seenEvents = context.getStateStore(SEEN_EVENTS);
    outbox = context.getStateStore(PAIR_OUTBOX);
    KeyValueStore<String, ValueAndTimestamp<byte[]>> items = context.getStateStore(CATALOG_ITEMS);
    update = new ProfileUpdate(new CatalogTraits(itemId -> catalogItem(items.get(itemId))));
    outbox.bind(context, new GatheredPairs());
    sweep = new SeenEventsSweep(seenEvents, settings.duplicateHorizon());
    context.schedule(SWEEP_INTERVAL, PunctuationType.WALL_CLOCK_TIME, sweep::next);
  }

  /** An item that cannot be read is as unknown as one that is missing. */
  private Optional<CatalogItem> catalogItem(ValueAndTimestamp<byte[]> stored) {
    try {
      return Optional.ofNullable(stored)
          .map(bytes -> catalogItems.deserialize(Topics.CATALOG.name(), bytes.value()));
    } catch (SerializationException | ClassCastException e) {
      return Optional.empty();
    }
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
    if (!isFirst(
        SeenEvents.rowKey(shopper, click.getTimeMs()), click.getEventId(), record.timestamp())) {
      return;
    }
    var key = Bytes.wrap(shopper.getBytes(StandardCharsets.UTF_8));
    var state = state(key);
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
    profiles.put(key, state.toBytes());
  }

  private void process(Order order, Record<String, SpecificRecord> record) {
    reject(EventRules.broken(order, record.timestamp()));
    // An order's id is its own, at whatever time it is sent again.
    if (!isFirst(
        SeenEvents.rowKey(order.getOrderId(), 0), order.getOrderId(), record.timestamp())) {
      return;
    }
    var key = Bytes.wrap(EventKeys.of(order).getBytes(StandardCharsets.UTF_8));
    var items = order.getLines().stream().map(OrderLine::getItemId).toList();
    var state = state(key);
    if (order.getKind() == OrderKind.PLACED) {
      visitPairs.ordered(items, order.getTimeMs(), gathering);
    }
    update.order(state, order, context.currentSystemTimeMs());
    profiles.put(key, state.toBytes());
  }

  private UserState state(Bytes key) {
    var bytes = profiles.getForUpdate(key);
    return bytes == null ? UserState.unknown() : UserState.of(bytes);
  }

  private static void reject(Optional<String> broken) {
    if (broken.isPresent()) {
      throw new RejectedEventException(broken.get());
    }
  }

  /** Whether the event is new; remembers it if so. */
  private boolean isFirst(byte[] rowKey, String eventId, long arrivalMs) {
    var row = Bytes.wrap(rowKey);
    var fingerprint = ItemHash.of(eventId.getBytes(StandardCharsets.UTF_8));
    var seen = seenEvents.getForUpdate(row);
    return switch (SeenEvents.verdict(seen, fingerprint)) {
      case DUPLICATE -> false;
      case TOO_MANY ->
          throw new RejectedEventException(
              "event_id: more than %d events within one hour"
                  .formatted(SeenEvents.MAX_EVENTS_AN_HOUR));
      case NEW -> {
        seenEvents.put(row, SeenEvents.with(seen, fingerprint, arrivalMs));
        yield true;
      }
    };
  }

  @Override
  public void close() {
    catalogItems.close();
  }

  private void send(ItemPairs pairs, int partition) {
    context.forward(new Record<>(partition, pairs, context.currentSystemTimeMs()));
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
