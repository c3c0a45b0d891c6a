package io.shopstream.bench.chaos;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Order;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Counts everything anew from the topics, from the written rules (docs/architecture.md) and with
 * nothing but lists and maps. Goes on where it stopped each time it is asked.
 */
final class Recount implements AutoCloseable {

  private static final long HALF_AN_HOUR_MS = 30 * 60_000;
  private static final long DAY_MS = 24 * 3_600_000;
  private static final long AHEAD_MS = 5 * 60_000;
  private static final long EARLIEST_MS = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
  private static final Duration POLL = Duration.ofMillis(300);
  private static final String REASON_TOPIC = "__streams.errors.topic";

  /** What one visitor did. */
  static final class Visitor {
    long views;
    long carts;
    long orders;
    private final List<String> remembered = new ArrayList<>();
    private final List<String> earlier = new ArrayList<>();
    private long startMs;
    private long newestMs;
    private long dayMs;
    private int counted;
    private int firstTouches;
    private boolean visited;
  }

  final Map<String, Visitor> visitors = new HashMap<>();
  final Map<String, Long> viewed = new HashMap<>();
  final Map<String, Long> bought = new HashMap<>();
  final Map<String, Map<String, Integer>> viewedTogether = new HashMap<>();
  final Map<String, Map<String, Integer>> boughtTogether = new HashMap<>();

  /** Orders to be scored, and how often each was. */
  final Set<String> orders = new HashSet<>();

  final Map<String, Integer> scores = new HashMap<>();

  /** Of all events in the topics, whether they count or not. */
  final Set<String> ids = new HashSet<>();

  /** Of clicks that count: one that came too early to count may come again in time. */
  private final Set<String> counted = new HashSet<>();

  /** Records that cannot be counted, and dead letters of the same topics. */
  long rejected;

  long deadLetters;

  /** Visitors that something happened to since this was cleared. */
  final Set<String> touched = new HashSet<>();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<SpecificRecord> values;
  private final List<TopicPartition> partitions = new ArrayList<>();

  Recount(Cluster cluster) {
    values = AvroSerdes.of(cluster.registryUrl()).deserializer(SpecificRecord.class);
    consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                20_000,
                "reconnect.backoff.max.ms",
                500),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    for (var topic :
        List.of(Topics.CLICKSTREAM, Topics.ORDERS, Topics.FRAUD_SCORES, Topics.DEAD_LETTERS)) {
      for (var partition = 0; partition < Cluster.PARTITIONS; partition++) {
        partitions.add(new TopicPartition(topic.name(), partition));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads what came since the last time. */
  void goOn() {
    var ends = consumer.endOffsets(partitions);
    do {
      for (var record : consumer.poll(POLL)) {
        take(record);
      }
    } while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one)));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(Topics.DEAD_LETTERS.name())) {
      var origin = record.headers().lastHeader(REASON_TOPIC);
      if (origin != null
          && new String(origin.value(), StandardCharsets.UTF_8).equals(Topics.CLICKSTREAM.name())) {
        deadLetters++;
      }
      return;
    }
    if (record.topic().equals(Topics.FRAUD_SCORES.name())) {
      scores.merge(new String(record.key(), StandardCharsets.UTF_8), 1, Integer::sum);
      return;
    }
    var event = event(record);
    if (event instanceof Click click) {
      click(click, record.timestamp());
    } else if (event instanceof Order order) {
      order(order);
    } else {
      rejected++;
    }
  }

  private SpecificRecord event(ConsumerRecord<byte[], byte[]> record) {
    if (record.value().length < 5 || record.value()[0] != 0 || record.value()[1] == 0x7f) {
      return null; // no schema id, or none that a registry would have given yet
    }
    try {
      return values.deserialize(record.topic(), record.headers(), record.value());
    } catch (RuntimeException e) {
      return null;
    }
  }

  private void click(Click click, long appendMs) {
    ids.add(click.getEventId());
    if (click.getTimeMs() < EARLIEST_MS || click.getTimeMs() > appendMs + AHEAD_MS) {
      rejected++;
      return;
    }
    if (!counted.add(click.getEventId())) {
      return;
    }
    touched.add(click.getVisitorId());
    var visitor = visitors.computeIfAbsent(click.getVisitorId(), id -> new Visitor());
    if (click.getType() == ClickType.VIEW) {
      visitor.views++;
      touch(visitor, click.getItemId(), click.getTimeMs());
    } else {
      visitor.carts++;
      var size = visitor.remembered.size();
      var open =
          size > 0
              && visitor.remembered.get(size - 1).equals(click.getItemId())
              && Math.abs(click.getTimeMs() - visitor.newestMs) <= HALF_AN_HOUR_MS;
      if (open) {
        visitor.newestMs = Math.max(visitor.newestMs, click.getTimeMs());
      } else {
        touch(visitor, click.getItemId(), click.getTimeMs());
      }
    }
  }

  private void touch(Visitor visitor, String item, long timeMs) {
    if (visitor.visited && visitor.newestMs - timeMs > HALF_AN_HOUR_MS) {
      // Long before the visit: for the item alone.
      if (!visitor.remembered.contains(item) && counts(visitor, item, timeMs)) {
        viewed.merge(item, 1L, Long::sum);
        visitor.counted++;
        remember(visitor.earlier, item);
      }
      return;
    }
    if (!visitor.visited || timeMs - visitor.newestMs > HALF_AN_HOUR_MS) {
      begin(visitor, timeMs);
    }
    if (!visitor.remembered.remove(item)) {
      if (counts(visitor, item, timeMs)) {
        visitor.counted++;
        viewed.merge(item, 1L, Long::sum);
        for (var distance = 1; distance <= Math.min(10, visitor.remembered.size()); distance++) {
          var before = visitor.remembered.get(visitor.remembered.size() - distance);
          count(viewedTogether, item, before);
          count(viewedTogether, before, item);
        }
      }
      visitor.firstTouches++;
    }
    visitor.remembered.add(item);
    if (visitor.remembered.size() > 20) {
      remember(visitor.earlier, visitor.remembered.remove(0));
    }
    visitor.newestMs = Math.max(visitor.newestMs, timeMs);
  }

  private static void begin(Visitor visitor, long timeMs) {
    if (visitor.visited && timeMs - visitor.dayMs < DAY_MS) {
      for (var item : visitor.remembered) {
        remember(visitor.earlier, item);
      }
    } else {
      visitor.earlier.clear();
      visitor.counted = 0;
      visitor.dayMs = timeMs;
    }
    visitor.remembered.clear();
    visitor.visited = true;
    visitor.startMs = timeMs;
    visitor.newestMs = timeMs;
    visitor.firstTouches = 0;
  }

  private static boolean counts(Visitor visitor, String item, long timeMs) {
    var lastedMs = Math.max(timeMs, visitor.newestMs) - visitor.startMs;
    var hurried = visitor.firstTouches > 10 && lastedMs < visitor.firstTouches * 500L;
    return !hurried && visitor.counted < 300 && !visitor.earlier.contains(item);
  }

  private static void remember(List<String> earlier, String item) {
    earlier.add(item);
    if (earlier.size() > 64) {
      earlier.remove(0);
    }
  }

  private void order(Order order) {
    if (!ids.add(order.getOrderId())) {
      return;
    }
    orders.add(order.getOrderId());
    touched.add(order.getVisitorId());
    visitors.computeIfAbsent(order.getVisitorId(), id -> new Visitor()).orders++;
    var items = new LinkedHashSet<String>();
    order.getLines().forEach(line -> items.add(line.getItemId()));
    for (var item : items) {
      bought.merge(item, 1L, Long::sum);
      for (var other : items) {
        if (!other.equals(item)) {
          count(boughtTogether, item, other);
        }
      }
    }
  }

  private static void count(Map<String, Map<String, Integer>> pairs, String item, String other) {
    pairs.computeIfAbsent(item, i -> new HashMap<>()).merge(other, 1, Integer::sum);
  }

  @Override
  public void close() {
    consumer.close();
    values.close();
  }
}
