package io.shopstream.streams.feedback;

import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.RecommendationImpression;
import io.shopstream.events.RecommendationPerformance;
import io.shopstream.events.ShopperFeedback;
import io.shopstream.events.feedback.RecommendationIds.Recommendation;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.runtime.RejectedEventException;
import io.shopstream.streams.store.ChangelogPulse;
import io.shopstream.streams.store.Outbox;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowSweep;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Counts what becomes of recommendations. What counts is decided by {@link ShopperHistory}; totals
 * are kept by partition of the shoppers and published once a commit.
 */
final class FeedbackProcessor
    implements Processor<String, SpecificRecord, String, RecommendationPerformance>, Tally {

  static final String SHOPPERS = StateStore.SHOPPER_FEEDBACK.storeName();
  static final String TOTALS = "feedback-totals";
  static final String TOTALS_OUTBOX = "feedback-totals-outbox";

  private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
  private static final int ROWS_A_SLICE = 200;

  private final FeedbackSettings settings;
  private ProcessorContext<String, RecommendationPerformance> context;
  private RowStore shoppers;
  private RowStore totals;
  private final ChangedTotals changed = new ChangedTotals();

  FeedbackProcessor(FeedbackSettings settings) {
    this.settings = settings;
  }

  @Override
  public void init(ProcessorContext<String, RecommendationPerformance> context) {
    this.context = context;
    shoppers = context.getStateStore(SHOPPERS);
    totals = context.getStateStore(TOTALS);
    Outbox<ChangedTotals> outbox = context.getStateStore(TOTALS_OUTBOX);
    outbox.bind(context, changed);
    ChangelogPulse.schedule(context, settings.changelogLag(), SHOPPERS);
    context.schedule(
        SWEEP_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        new RowSweep(
                shoppers,
                ROWS_A_SLICE,
                (row, nowMs) ->
                    ShopperHistory.isOver(
                        AvroBinary.decode(row, ShopperFeedback.class), settings.rules(), nowMs))
            ::next);
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.key() == null) {
      throw new RejectedEventException("key: is missing");
    }
    var shopper = Bytes.wrap(record.key().getBytes(StandardCharsets.UTF_8));
    if (record.value() instanceof RecommendationImpression shown) {
      if (shown.getConsent()) {
        var made = verified(shown.getRecommendationId(), shown.getVisitorId(), shown.getUserId());
        var history = history(shopper);
        history.shown(made, checkedTime(shown.getTimeMs(), record));
        shoppers.put(shopper, AvroBinary.encode(history.toRow()));
      }
    } else if (record.value() instanceof Click click) {
      if (click.getConsent() && click.getItemId() != null) {
        var made = verified(click.getRecommendationId(), click.getVisitorId(), click.getUserId());
        var history = history(shopper);
        history.clicked(made, click.getItemId(), checkedTime(click.getTimeMs(), record));
        shoppers.put(shopper, AvroBinary.encode(history.toRow()));
      }
    } else if (record.value() instanceof Order order) {
      // Who never clicked a recommendation has no row, and gets none by ordering.
      if (order.getKind() == OrderKind.PLACED && shoppers.getForUpdate(shopper) != null) {
        var history = history(shopper);
        for (var line : order.getLines()) {
          history.ordered(line.getItemId(), checkedTime(order.getTimeMs(), record));
        }
        shoppers.put(shopper, AvroBinary.encode(history.toRow()));
      }
    } else if (record.value() instanceof Erasure erasure) {
      var erased = history(shopper).erased(erasure.getTimeMs());
      shoppers.put(shopper, AvroBinary.encode(erased));
    } else {
      throw new RejectedEventException("value: is no feedback");
    }
  }

  /** What is told of a shopper; nothing of one who was erased. */
  static Optional<byte[]> answer(byte[] row) {
    var feedback = AvroBinary.decode(row, ShopperFeedback.class);
    return feedback.getShown().isEmpty()
            && feedback.getClicked().isEmpty()
            && feedback.getOrdered().isEmpty()
        ? Optional.empty()
        : Optional.of(row);
  }

  private Recommendation verified(String id, String visitorId, String userId) {
    return settings
        .ids()
        .verify(id, visitorId, userId)
        .orElseThrow(
            () ->
                new RejectedEventException(
                    "recommendation_id: was not given out here to this shopper"));
  }

  private static long checkedTime(long timeMs, Record<?, ?> record) {
    if (timeMs > record.timestamp() + FeedbackRules.CLOCK_TOLERANCE.toMillis()) {
      throw new RejectedEventException("time_ms: is more than five minutes ahead of the broker");
    }
    return timeMs;
  }

  private ShopperHistory history(Bytes shopper) {
    var bytes = shoppers.getForUpdate(shopper);
    var row =
        bytes == null
            ? ShopperFeedback.newBuilder().build()
            : AvroBinary.decode(bytes, ShopperFeedback.class);
    return new ShopperHistory(row, settings.rules(), this);
  }

  @Override
  public void count(String total, Count what, long timeMs) {
    var key = Bytes.wrap(total.getBytes(StandardCharsets.UTF_8));
    var bytes = totals.getForUpdate(key);
    var before =
        bytes == null ? blank(total) : AvroBinary.decode(bytes, RecommendationPerformance.class);
    var now = RecommendationPerformance.newBuilder(before);
    switch (what) {
      case IMPRESSION -> now.setImpressions(before.getImpressions() + 1);
      case CLICKED_LIST -> now.setClicked(before.getClicked() + 1);
      case CLICK -> now.setClicks(before.getClicks() + 1);
      case CONVERSION -> now.setConversions(before.getConversions() + 1);
      case IGNORED -> now.setIgnored(before.getIgnored() + 1);
    }
    var counts = now.setUpdatedTimeMs(Math.max(before.getUpdatedTimeMs(), timeMs)).build();
    totals.put(key, AvroBinary.encode(counts));
    changed.byTotal.put(total, counts);
  }

  private static RecommendationPerformance blank(String total) {
    var names = total.split("/", 3);
    return RecommendationPerformance.newBuilder()
        .setPlace(names[0])
        .setVariant(names[1])
        .setStrategy(names[2])
        .build();
  }

  /** Totals that changed since the last commit. */
  private final class ChangedTotals implements Outbox.Content {
    private final Map<String, RecommendationPerformance> byTotal = new LinkedHashMap<>();

    @Override
    public void send() {
      var partition = context.taskId().partition();
      byTotal.forEach(
          (total, counts) ->
              context.forward(
                  new Record<>(partition + "/" + total, counts, context.currentSystemTimeMs())));
      byTotal.clear();
    }

    @Override
    public void clear() {
      byTotal.clear();
    }
  }
}
