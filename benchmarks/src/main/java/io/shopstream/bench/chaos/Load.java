package io.shopstream.bench.chaos;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.AbortPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Visitors who click and order at the pace of people, at a steady rate in all. Most events go to
 * Kafka directly, every {@value #OVER_HTTP}th click through the collector, sent again until it is
 * taken.
 */
final class Load implements AutoCloseable {

  /** What is wrong with some of the events, as shares from 0 to 1. */
  record Quirks(double duplicates, double reordered, double skewed) {
    static final Quirks NONE = new Quirks(0, 0, 0);
  }

  /** In the ids of items and visitors that are left alone. */
  static final String STILL = "-still-";

  private static final int OVER_HTTP = 5;
  private static final int VISITORS_AT_ONCE = 400;
  private static final int ITEMS = 100;
  private static final int LONGEST_VISIT = 24;
  private static final int KNOWN_LATELY = 1_000;
  private static final int LONGEST_DETOUR = 150;

  private static final long HOUR_MS = 3_600_000;
  private static final long DAY_MS = 24 * HOUR_MS;
  private static final int SENDERS = 4;
  private static final int MOST_WAITING = 200;
  private static final Duration SENT_AGAIN_FOR = Duration.ofSeconds(90);
  private static final Duration SETTLED = Duration.ofSeconds(10);

  /** One visitor's visit. */
  private static final class Guest {
    private final String id;
    private final List<String> seen = new ArrayList<>();
    private int left;

    private Guest(String id, int clicks) {
      this.id = id;
      this.left = clicks;
    }
  }

  private record Ended(String visitor, long nanos) {}

  private final Random random;
  private final String run;
  private final double rate;
  private final Progress progress;
  private final Shop shop;
  private final KafkaProducer<String, SpecificRecord> producer;
  private final KafkaProducer<byte[], byte[]> raw;
  private final ThreadPoolExecutor senders =
      new ThreadPoolExecutor(
          SENDERS,
          SENDERS,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(MOST_WAITING),
          new AbortPolicy());
  private final List<Guest> guests = new ArrayList<>();
  private final Deque<SpecificRecord> lately = new ArrayDeque<>();
  private final Deque<SpecificRecord> held = new ArrayDeque<>();
  private final Deque<Ended> ended = new ArrayDeque<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile Quirks quirks = Quirks.NONE;
  private volatile boolean flowing;
  private long number;

  /**
   * @param run begins every id, so that two runs share none
   * @param rate events a second
   */
  Load(Cluster cluster, Shop shop, Progress progress, String run, long seed, double rate) {
    this.random = new Random(seed);
    this.run = run;
    this.rate = rate;
    this.shop = shop;
    this.progress = progress;
    var config =
        Map.<String, Object>of(
            "bootstrap.servers", cluster.bootstrapServers(),
            "acks", "all",
            "enable.idempotence", "true",
            "delivery.timeout.ms", 180_000,
            "request.timeout.ms", 5_000,
            "max.block.ms", 120_000,
            "reconnect.backoff.max.ms", 500);
    producer =
        new KafkaProducer<>(
            config,
            new StringSerializer(),
            AvroSerdes.of(cluster.registryUrl()).serializer(SpecificRecord.class));
    raw = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Events published so far. */
  long sent() {
    return sent.get();
  }

  /** Ids of the events that were acknowledged, by Kafka or by the collector. */
  Set<String> acknowledged() {
    return acknowledged;
  }

  /** Events that were not acknowledged in the end. */
  long refused() {
    return refused.get();
  }

  /** From now on some events are wrong in these ways. */
  void quirks(Quirks now) {
    quirks = now;
  }

  /** Begins or goes on, or stops for a while. */
  void flow(boolean on) {
    flowing = on;
  }

  /** A visitor whose visit was counted a while ago; null when there is none. */
  synchronized String knownVisitor(Random dice) {
    var settled = new ArrayList<String>();
    var longAgo = SETTLED.toNanos() + progress.waitingNanos();
    for (var one : ended) {
      if (System.nanoTime() - one.nanos() > longAgo) {
        settled.add(one.visitor());
      }
    }
    return settled.isEmpty() ? null : settled.get(dice.nextInt(settled.size()));
  }

  /** Publishes until the thread is interrupted. */
  void run() {
    AtARate.run(
        rate,
        () -> {
          if (flowing) {
            publishNext();
          }
        });
  }

  /** Visits and orders of items and visitors that nothing happens to afterwards. */
  void publishFrozen(int items, int visitors) {
    for (var visitor = 0; visitor < visitors; visitor++) {
      var guest = new Guest(run + STILL + visitor, 0);
      for (var click = 0; click < 4; click++) {
        var item = run + STILL + "item-" + (visitor + click * 7) % items;
        send(
            click(
                guest, ClickType.VIEW, item, System.currentTimeMillis() - 60_000 + click * 3_000L));
        guest.seen.add(item);
      }
      send(order(guest, System.currentTimeMillis()));
    }
    producer.flush();
  }

  /** Bytes that are no event of ours. */
  void publishGarbage(long records, long seed) {
    var dice = new Random(seed);
    for (var i = 0L; i < records; i++) {
      var bytes = new byte[8 + dice.nextInt(56)];
      dice.nextBytes(bytes);
      if (i % 3 == 0) {
        bytes[0] = 0; // looks like a schema id that nobody knows, or like a known one before noise
        bytes[1] = (byte) 0x7f;
      }
      var unused = raw.send(new ProducerRecord<>(Topics.CLICKSTREAM.name(), bytes));
    }
    raw.flush();
    sent.addAndGet(records);
  }

  /** Visits of the day before, as fast as Kafka takes them; returns when all are acknowledged. */
  void publishHistory(long events) {
    var begin = System.currentTimeMillis() - DAY_MS;
    for (var i = 0L; i < events; i++) {
      send(nextEvent(Quirks.NONE, begin + i * DAY_MS / (2 * events)));
    }
    guests.clear(); // their next visit would go on in the past
    producer.flush();
  }

  private void publishNext() {
    var now = quirks;
    if (!held.isEmpty() && (held.size() > LONGEST_DETOUR || random.nextInt(LONGEST_DETOUR) == 0)) {
      send(held.remove());
    }
    if (!lately.isEmpty() && random.nextDouble() < now.duplicates()) {
      var list = new ArrayList<>(lately);
      send(list.get(random.nextInt(list.size())));
      return;
    }
    var event = nextEvent(now, System.currentTimeMillis());
    lately.add(event);
    if (lately.size() > KNOWN_LATELY) {
      lately.remove();
    }
    if (random.nextDouble() < now.reordered()) {
      held.add(event);
    } else if (event instanceof Click click
        && number % OVER_HTTP == 0
        && now.skewed() == 0
        && overHttp(click)) {
      return;
    } else {
      send(event);
    }
  }

  /** Sends what was held back. */
  void release() {
    while (!held.isEmpty()) {
      send(held.remove());
    }
  }

  private SpecificRecord nextEvent(Quirks now, long atMs) {
    while (guests.size() < VISITORS_AT_ONCE) {
      guests.add(
          new Guest("%s-v%d".formatted(run, number++), 3 + random.nextInt(LONGEST_VISIT - 3)));
    }
    var place = random.nextInt(guests.size());
    var guest = guests.get(place);
    var timeMs = atMs;
    if (random.nextDouble() < now.skewed()) {
      timeMs += (long) ((random.nextDouble() * 3.2 - 3.0) * HOUR_MS);
    } else if (random.nextDouble() < now.reordered()) {
      timeMs -= (long) (random.nextDouble() * HOUR_MS / 3);
    }
    number++;
    if (--guest.left <= 0) {
      guests.remove(place);
      remember(guest);
    }
    var kind = random.nextDouble();
    if (!guest.seen.isEmpty() && kind < 0.05) {
      return order(guest, Math.min(timeMs, atMs));
    }
    if (!guest.seen.isEmpty() && kind < 0.15) {
      var item = guest.seen.get(guest.seen.size() - 1);
      return click(guest, ClickType.ADD_TO_CART, item, timeMs);
    }
    var item = "%s-item-%d".formatted(run, (int) (ITEMS * Math.pow(random.nextDouble(), 2)));
    guest.seen.add(item);
    return click(guest, ClickType.VIEW, item, timeMs);
  }

  private synchronized void remember(Guest guest) {
    ended.add(new Ended(guest.id, System.nanoTime()));
    if (ended.size() > KNOWN_LATELY) {
      ended.remove();
    }
  }

  private Click click(Guest guest, ClickType type, String item, long timeMs) {
    return Click.newBuilder()
        .setEventId("%s-e%d".formatted(run, number++))
        .setType(type)
        .setTimeMs(timeMs)
        .setVisitorId(guest.id)
        .setItemId(item)
        .build();
  }

  private Order order(Guest guest, long timeMs) {
    var items = new ArrayList<>(new HashSet<>(guest.seen)).stream().sorted().limit(3).toList();
    var lines =
        items.stream()
            .map(
                item ->
                    OrderLine.newBuilder()
                        .setItemId(item)
                        .setQuantity(1)
                        .setPriceMinor(1_000)
                        .build())
            .toList();
    return Order.newBuilder()
        .setOrderId("%s-o%d".formatted(run, number++))
        .setKind(OrderKind.PLACED)
        .setTimeMs(timeMs)
        .setVisitorId(guest.id)
        .setLines(lines)
        .setAmountMinor(1_000L * items.size())
        .setCurrency("EUR")
        .setDeviceId(guest.id + "-device")
        .build();
  }

  private void send(SpecificRecord event) {
    sent.incrementAndGet();
    var click = event instanceof Click;
    var key = click ? EventKeys.of((Click) event) : EventKeys.of((Order) event);
    var id = click ? ((Click) event).getEventId() : ((Order) event).getOrderId();
    var topic = click ? Topics.CLICKSTREAM : Topics.ORDERS;
    var unused =
        producer.send(
            new ProducerRecord<>(topic.name(), key, event),
            (place, failure) -> {
              if (failure != null) {
                refused.incrementAndGet();
              } else {
                acknowledged.add(id);
                if (click) {
                  progress.acknowledged(place);
                }
              }
            });
  }

  /** False when too many wait already. */
  private boolean overHttp(Click click) {
    var event = new LinkedHashMap<String, Object>();
    event.put("event_id", click.getEventId());
    event.put("type", click.getType().name());
    event.put("visitor_id", click.getVisitorId());
    event.put("item_id", click.getItemId());
    event.put("time", java.time.Instant.ofEpochMilli(click.getTimeMs()).toString());
    try {
      senders.execute(() -> untilTaken(event, click.getEventId()));
      sent.incrementAndGet();
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void untilTaken(Map<String, Object> event, String id) {
    var deadline = System.nanoTime() + SENT_AGAIN_FOR.toNanos();
    while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
      if (shop.publish(event)) {
        acknowledged.add(id);
        return;
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    refused.incrementAndGet();
  }

  /** Whether everything that was sent was acknowledged or given up. */
  boolean isSettled() {
    return senders.getQueue().isEmpty() && senders.getActiveCount() == 0;
  }

  /** Waits for Kafka's word on everything. */
  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    senders.shutdownNow();
    producer.close(Duration.ofSeconds(5));
    raw.close(Duration.ofSeconds(5));
  }
}
