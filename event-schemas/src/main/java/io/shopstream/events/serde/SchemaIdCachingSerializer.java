package io.shopstream.events.serde;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Asks the registry's serializer once a topic and schema, and repeats its answer.
 *
 * <p>Apicurio's serializer writes the whole schema as JSON for every record, to look its id up: 20
 * µs a click, against less than one for the record itself; and it asks the registry again every
 * half minute, so that a record would fail while the registry is away. So the first record of a
 * topic goes through it, which registers the schema; if its bytes are magic byte 0, a four-byte id
 * and the plain Avro binary of the record, later records of the same schema get the same five bytes
 * and are encoded here. If they are anything else, all records go through it.
 *
 * <p>As the serializer it wraps, it may be used by many threads.
 */
final class SchemaIdCachingSerializer<T extends SpecificRecord> implements Serializer<T> {

  private static final int HEADER_BYTES = 5;
  private static final byte[] NO_HEADER = {};

  private final Serializer<T> registrySerializer;
  private final RegistryPatience patience;
  private final Map<String, Known> knownByTopic = new ConcurrentHashMap<>();

  /**
   * @param registrySerializer configured; closed with this one
   * @param patience with a registry that cannot be reached
   */
  SchemaIdCachingSerializer(Serializer<T> registrySerializer, RegistryPatience patience) {
    this.registrySerializer = registrySerializer;
    this.patience = patience;
  }

  @Override
  public byte[] serialize(String topic, T value) {
    var header = header(topic, value);
    return header.length > 0
        ? encode(header, value)
        : learn(topic, value, patience.ask(() -> registrySerializer.serialize(topic, value)));
  }

  @Override
  public byte[] serialize(String topic, Headers headers, T value) {
    var header = header(topic, value);
    return header.length > 0
        ? encode(header, value)
        : learn(
            topic, value, patience.ask(() -> registrySerializer.serialize(topic, headers, value)));
  }

  /** What stands before the record; nothing when only the registry's serializer knows. */
  private byte[] header(String topic, T value) {
    return value == null ? NO_HEADER : header(topic, value.getSchema());
  }

  /** What stands before a record of a schema; nothing when only the registry's serializer knows. */
  byte[] header(String topic, Schema schema) {
    var known = knownByTopic.get(topic);
    return known != null && known.schema.equals(schema) ? known.header : NO_HEADER;
  }

  private byte[] learn(String topic, T value, byte[] bytes) {
    if (value != null && bytes != null && bytes.length >= HEADER_BYTES && bytes[0] == 0) {
      var header = Arrays.copyOf(bytes, HEADER_BYTES);
      if (Arrays.equals(bytes, encode(header, value))) {
        knownByTopic.put(topic, new Known(value.getSchema(), header));
      }
    }
    return bytes;
  }

  private static byte[] encode(byte[] header, SpecificRecord value) {
    try {
      return AvroBinary.encode(header, value);
    } catch (RuntimeException e) {
      throw new SerializationException(
          "A " + value.getSchema().getName() + " cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    registrySerializer.close();
  }

  /** What the registry's serializer wrote before the records of a schema. */
  private static final class Known {
    private final Schema schema;
    private final byte[] header;

    Known(Schema schema, byte[] header) {
      this.schema = schema;
      this.header = header;
    }
  }
}
