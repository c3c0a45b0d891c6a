package io.shopstream.local.deadletters;

import io.shopstream.events.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record that could not be read or broke a rule, as it came, and where it came from.
 *
 * @param place where it lies in the dead letters
 * @param time when it was put there
 * @param topic that it came from
 * @param partition of that topic
 * @param offset in that partition
 * @param exception class of what was wrong
 * @param reason what was wrong
 * @param replays how often it was sent on its way again before
 * @param record as it lies there
 */
record DeadLetter(
    Place place,
    Instant time,
    String topic,
    int partition,
    long offset,
    String exception,
    String reason,
    int replays,
    ConsumerRecord<byte[], byte[]> record) {

  /** Header that tells how often a record was sent on its way again. */
  static final String REPLAYS = "shopstream.replays";

  /** Header that tells which dead letter a record was. */
  static final String ORIGIN = "shopstream.dead-letter";

  private static final String ERRORS = "__streams.errors.";

  /**
   * Where a dead letter lies; its name on the command line is {@code partition-offset}.
   *
   * @param partition of the dead letters
   * @param offset in it
   */
  record Place(int partition, long offset) {

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Place of(String text) {
      var parts = text.split("-", -1);
      try {
        if (parts.length == 2) {
          return new Place(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "%s names no dead letter: a name is partition-offset as the list shows it, like 3-127"
              .formatted(text));
    }

    @Override
    public String toString() {
      return partition + "-" + offset;
    }
  }

  static DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
    var headers = record.headers();
    return new DeadLetter(
        new Place(record.partition(), record.offset()),
        Instant.ofEpochMilli(record.timestamp()),
        text(headers, ERRORS + "topic", "?"),
        (int) number(headers, ERRORS + "partition", -1),
        number(headers, ERRORS + "offset", -1),
        text(headers, ERRORS + "exception", "?"),
        text(headers, ERRORS + "message", ""),
        (int) number(headers, REPLAYS, 0),
        record);
  }

  /** The exception without its package. */
  String shortException() {
    return exception.substring(exception.lastIndexOf('.') + 1);
  }

  /** Whether the reason, or the class of the exception, has this text in it, in any case. */
  boolean hasReason(String text) {
    var wanted = text.toLowerCase(java.util.Locale.ROOT);
    return (exception + " " + reason).toLowerCase(java.util.Locale.ROOT).contains(wanted);
  }

  /** Whether it came from a topic that people publish to; others are made by the applications. */
  boolean canBeReplayed() {
    return Topics.all().stream().anyMatch(one -> one.name().equals(topic))
        && !topic.equals(Topics.DEAD_LETTERS.name());
  }

  /** The record as it came, with a marker, for the topic that it came from. */
  ProducerRecord<byte[], byte[]> again() {
    var headers = new RecordHeaders();
    for (var header : record.headers()) {
      if (!header.key().startsWith(ERRORS) && !Set.of(REPLAYS, ORIGIN).contains(header.key())) {
        headers.add(header);
      }
    }
    headers.add(REPLAYS, utf8(Integer.toString(replays + 1)));
    headers.add(ORIGIN, utf8(place.toString()));
    // To the partition of its key: it may be that the old one was the mistake.
    return new ProducerRecord<>(topic, null, null, record.key(), record.value(), headers);
  }

  /** The value as people can read it: text where it is text, else bytes in hexadecimal. */
  String valueText(int mostBytes) {
    var value = record.value() == null ? new byte[0] : record.value();
    var shown = Arrays.copyOf(value, Math.min(value.length, mostBytes));
    var dots = shown.length < value.length ? " … (" + value.length + " bytes)" : "";
    return (isText(shown) ? new String(shown, StandardCharsets.UTF_8) : hexadecimal(shown)) + dots;
  }

  private static boolean isText(byte[] bytes) {
    for (var b : bytes) {
      if (b < ' ' && b != '\n' && b != '\t') { // negative too: of a longer character, or no text
        return false;
      }
    }
    return true;
  }

  private static String hexadecimal(byte[] bytes) {
    var text = new StringBuilder();
    for (var i = 0; i < bytes.length; i += 16) {
      text.append(i == 0 ? "" : System.lineSeparator());
      text.append("%06x ".formatted(i));
      var readable = new StringBuilder();
      for (var j = i; j < i + 16; j++) {
        text.append(j < bytes.length ? " %02x".formatted(bytes[j]) : "   ");
        if (j < bytes.length) {
          readable.append(bytes[j] >= ' ' && bytes[j] < 127 ? (char) bytes[j] : '.');
        }
      }
      text.append("  ").append(readable);
    }
    return text.toString();
  }

  private static String text(Headers headers, String key, String otherwise) {
    var header = headers.lastHeader(key);
    return header == null || header.value() == null
        ? otherwise
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static long number(Headers headers, String key, long otherwise) {
    try {
      return Long.parseLong(text(headers, key, Long.toString(otherwise)));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
