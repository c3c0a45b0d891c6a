package io.shopstream.bench.fraud.live;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.load.synthetic.FraudKind;
import io.shopstream.load.synthetic.FraudStories;
import io.shopstream.load.synthetic.LabelledOrder;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes synthetic orders at a constant rate, the clicks of their shoppers a second before them,
 * other clicks up to the rate wanted, and each outcome three days after its order. The time of
 * events runs faster than the clock, so that a run of a minute or two tells a month.
 */
final class OrderLoad implements AutoCloseable {

  private static final long MONTH_MS = 30L * 86_400_000;
  private static final long OUTCOME_DELAY_MS = 3L * 86_400_000;

  private final int rate;
  private final int clicksPerOrder;
  private final long stepMs;
  private final long startMs;
  private final FraudStories stories;
  // Orders leave as query-service sends them; clicks and outcomes as the load generator does.
  private final KafkaProducer<String, SpecificRecord> soon;
  private final KafkaProducer<String, SpecificRecord> inBatches;
  private final ArrayDeque<LabelledOrder> upcoming = new ArrayDeque<>();
  private final ArrayDeque<LabelledOrder> awaitingOutcome = new ArrayDeque<>();
  private final Map<String, FraudKind> truth = new HashMap<>();
  private long made;
  private long clicks;

  /**
   * A load of one run.
   *
   * @param orders in all, over which a month passes
   */
  OrderLoad(
      String bootstrapServers,
      String registryUrl,
      long seed,
      int rate,
      int clicksPerSecond,
      long orders) {
    this.rate = rate;
    clicksPerOrder = Math.max(0, clicksPerSecond / rate);
    stepMs = MONTH_MS / Math.max(1, orders + rate);
    startMs = System.currentTimeMillis() - MONTH_MS;
    stories = new FraudStories(seed);
    var serdes = AvroSerdes.of(registryUrl);
    soon = producer(bootstrapServers, 2, serdes);
    inBatches = producer(bootstrapServers, 20, serdes);
    while (upcoming.size() < rate) {
      prepare();
    }
  }

  private static KafkaProducer<String, SpecificRecord> producer(
      String bootstrapServers, int lingerMs, AvroSerdes serdes) {
    Serializer<SpecificRecord> serializer = serdes.serializer(SpecificRecord.class);
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", lingerMs),
        new StringSerializer(),
        serializer);
  }

  private void prepare() {
    upcoming.add(stories.next(startMs + made * stepMs));
    made++;
  }

  /** Publishes orders at the rate and returns when all of them are sent. */
  void run(long orders, ScoreWatch watch, Map<String, FraudKind> truthOfThese) {
    var begin = System.nanoTime();
    for (var i = 0L; i < orders; i++) {
      var due = begin + i * 1_000_000_000L / rate;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      prepare();
      publishClicks(upcoming.peekLast());
      var next = upcoming.remove();
      truth.put(next.order().getOrderId(), next.kind());
      truthOfThese.put(next.order().getOrderId(), next.kind());
      watch.due(next.order().getOrderId(), due);
      send(soon, Topics.ORDERS, EventKeys.of(next.order()), next.order());
      awaitingOutcome.add(next);
      publishOutcomes(next.order().getTimeMs());
    }
  }

  private void publishClicks(LabelledOrder of) {
    var order = of.order();
    for (var i = 0; i < clicksPerOrder; i++) {
      var mine = i < of.clicksBefore();
      click(
          mine ? order.getUserId() : "w" + clicks % 20_000,
          order.getTimeMs() - (clicksPerOrder - i) * 20_000L);
    }
  }

  private void click(String shopper, long timeMs) {
    var click =
        Click.newBuilder()
            .setEventId("k" + clicks)
            .setType(ClickType.VIEW)
            .setTimeMs(timeMs)
            .setVisitorId(shopper)
            .setUserId(shopper)
            .setItemId("i" + clicks % 997)
            .build();
    clicks++;
    send(inBatches, Topics.CLICKSTREAM, shopper, click);
  }

  private void publishOutcomes(long nowMs) {
    while (!awaitingOutcome.isEmpty()
        && awaitingOutcome.peek().order().getTimeMs() + OUTCOME_DELAY_MS <= nowMs) {
      var known = awaitingOutcome.remove();
      Order order = known.order();
      send(
          inBatches,
          Topics.ORDER_OUTCOMES,
          order.getOrderId(),
          new OrderOutcome(
              order.getOrderId(),
              known.kind().isFraud() ? OutcomeLabel.CHARGEBACK : OutcomeLabel.LEGITIMATE,
              order.getTimeMs() + OUTCOME_DELAY_MS,
              "bank"));
    }
  }

  private static void send(
      KafkaProducer<String, SpecificRecord> producer,
      Topic topic,
      String key,
      SpecificRecord value) {
    var unused = producer.send(new ProducerRecord<>(topic.name(), key, value));
  }

  /** Every order sent so far, and what it truly is. */
  Map<String, FraudKind> truth() {
    return truth;
  }

  /** Clicks sent so far. */
  long clicks() {
    return clicks;
  }

  void flush() {
    soon.flush();
    inBatches.flush();
  }

  @Override
  public void close() {
    soon.close();
    inBatches.close();
  }
}
