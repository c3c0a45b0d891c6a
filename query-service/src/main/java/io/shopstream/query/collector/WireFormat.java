package io.shopstream.query.collector;

import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topic;
import java.util.Arrays;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes the values of one topic as the registry's serializer does, but asks it once. Apicurio's
 * serializer looks the schema up for each record, and asks the registry again every half minute: an
 * event would fail while the registry is away. Where a value is a header of five bytes and Avro
 * binary, the header of the first value serves for all; where it is something else, the serializer
 * writes every value.
 */
final class WireFormat implements AutoCloseable {

  private static final int HEADER_BYTES = 5;

  private final Topic topic;
  private final Serializer<SpecificRecord> serializer;
  private final byte[] header;

  private WireFormat(Topic topic, Serializer<SpecificRecord> serializer, byte[] header) {
    this.topic = topic;
    this.serializer = serializer;
    this.header = header;
  }

  /** Asks the registry; throws what the serializer throws when it does not answer. */
  @SuppressWarnings("unchecked") // the topic's serializer gets the topic's records
  static WireFormat of(Topic topic, AvroSerdes serdes) {
    var serializer = (Serializer<SpecificRecord>) serdes.serializer(topic.value());
    try {
      var blank = BlankRecords.of(topic.value());
      var value = serializer.serialize(topic.name(), blank);
      var header = Arrays.copyOf(value, HEADER_BYTES);
      var repeats = Arrays.equals(value, concatenated(header, AvroBinary.encode(blank)));
      return new WireFormat(topic, serializer, repeats ? header : new byte[0]);
    } catch (RuntimeException e) {
      serializer.close();
      throw e;
    }
  }

  /** The value as it goes into the topic. */
  byte[] encode(SpecificRecord event) {
    return header.length == 0
        ? serializer.serialize(topic.name(), event)
        : concatenated(header, AvroBinary.encode(event));
  }

  private static byte[] concatenated(byte[] header, byte[] body) {
    var value = Arrays.copyOf(header, header.length + body.length);
    System.arraycopy(body, 0, value, header.length, body.length);
    return value;
  }

  @Override
  public void close() {
    serializer.close();
  }
}
