package io.shopstream.query.ops;

import io.shopstream.events.topics.Topics;
import io.shopstream.query.config.KafkaClients;
import io.shopstream.query.config.OpsConfiguration;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the newest dead letters when there are new ones. Shows why, never what they hold. */
@Singleton
final class DeadLetterMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterMonitor.class);
  private static final int MOST_LETTERS = 20;
  private static final int MOST_CHARACTERS = 200;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Comparator<ConsumerRecord<byte[], byte[]>> NEWEST_FIRST =
      Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
          .reversed()
          .thenComparing(
              Comparator.comparingLong(ConsumerRecord<byte[], byte[]>::offset).reversed());

  private final KafkaClients kafka;
  private final OpsConfiguration config;
  private KafkaConsumer<byte[], byte[]> reader;
  private Map<TopicPartition, Long> readTo = Map.of();

  private volatile List<DeadLetterFigures.Letter> newest = List.of();

  DeadLetterMonitor(KafkaClients kafka, OpsConfiguration config) {
    this.kafka = kafka;
    this.config = config;
  }

  /** The newest, newest first. */
  List<DeadLetterFigures.Letter> newest() {
    return newest;
  }

  /** Reads again when the topic has grown; on one thread. */
  void look(GroupOffsets.Seen seen) {
    var ends =
        seen.ends().entrySet().stream()
            .filter(end -> end.getKey().topic().equals(Topics.DEAD_LETTERS.name()))
            .filter(end -> end.getValue() > 0)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    if (ends.equals(readTo)) {
      return;
    }
    try {
      newest = read(ends).stream().map(DeadLetterMonitor::letter).toList();
      readTo = ends;
    } catch (KafkaException e) {
      LOG.debug("Dead letters cannot be read now", e);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> read(Map<TopicPartition, Long> ends) {
    var from = reader();
    from.assign(ends.keySet());
    // Half of the offsets may be markers of transactions.
    ends.forEach((partition, end) -> from.seek(partition, Math.max(0, end - 2 * MOST_LETTERS)));
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    var deadline = System.nanoTime() + config.requestTimeout().toNanos();
    while (System.nanoTime() < deadline
        && ends.entrySet().stream().anyMatch(end -> from.position(end.getKey()) < end.getValue())) {
      from.poll(POLL).forEach(found::add);
    }
    from.unsubscribe();
    found.sort(NEWEST_FIRST);
    return found.subList(0, Math.min(MOST_LETTERS, found.size()));
  }

  private static DeadLetterFigures.Letter letter(ConsumerRecord<byte[], byte[]> record) {
    var why = why(record.headers());
    return new DeadLetterFigures.Letter(
        Instant.ofEpochMilli(record.timestamp()),
        why.get("topic"),
        number(why.get("partition")) == null ? null : number(why.get("partition")).intValue(),
        number(why.get("offset")),
        simple(why.get("exception")),
        why.get("message"));
  }

  private static Map<String, String> why(Headers headers) {
    var why = new TreeMap<String, String>();
    for (var header : headers) {
      if (header.key().startsWith("__streams.errors.") && header.value() != null) {
        var text = new String(header.value(), StandardCharsets.UTF_8);
        why.put(
            header.key().substring("__streams.errors.".length()),
            text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text);
      }
    }
    return why;
  }

  private static Long number(String text) {
    return text != null && text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
  }

  private static String simple(String exception) {
    return exception == null ? null : exception.substring(exception.lastIndexOf('.') + 1);
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    if (reader == null) {
      reader =
          new KafkaConsumer<>(
              kafka.settings(
                  Map.of(
                      ConsumerConfig.CLIENT_ID_CONFIG,
                      "query-service-dead-letters",
                      ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                      "read_committed",
                      ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                      "earliest",
                      ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                      false,
                      ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                      1_048_576,
                      ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                      (int) config.requestTimeout().toMillis())),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
    }
    return reader;
  }

  /** Closes the connections; after the last look. */
  void close() {
    try {
      if (reader != null) {
        reader.close(CloseOptions.timeout(config.requestTimeout()));
      }
    } catch (KafkaException e) {
      LOG.debug("The process ends anyway", e);
    }
  }
}
