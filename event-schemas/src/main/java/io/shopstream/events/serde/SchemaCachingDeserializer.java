package io.shopstream.events.serde;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Asks the registry's deserializer once a schema id, and reads the records of that id itself.
 *
 * <p>Apicurio's deserializer compares the writer's schema with the reader's, field by field, for
 * every record: more than 100 µs an order, against a few for the record itself. So the first value
 * of an id is read as a generic record, which knows the schema it was written with; from then on
 * that schema is resolved against ours once. Values that are not magic byte 0 and a four-byte id go
 * to the registry's deserializer, and so does everything when it tells no schema.
 *
 * <p>As the deserializer it wraps, it may be used by many threads.
 */
final class SchemaCachingDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  private static final int HEADER_BYTES = 5;

  private final Deserializer<T> registryDeserializer;
  private final Deserializer<?> genericDeserializer;
  private final Map<Integer, Optional<AvroBinary.Reader>> readers = new ConcurrentHashMap<>();

  /**
   * Both are configured, and closed with this one.
   *
   * @param registryDeserializer reads what cannot be read here
   * @param genericDeserializer reads generic records
   */
  SchemaCachingDeserializer(
      Deserializer<T> registryDeserializer, Deserializer<?> genericDeserializer) {
    this.registryDeserializer = registryDeserializer;
    this.genericDeserializer = genericDeserializer;
  }

  @Override
  public T deserialize(String topic, byte[] bytes) {
    var reader = reader(topic, bytes);
    return reader.isPresent()
        ? read(reader.get(), bytes)
        : registryDeserializer.deserialize(topic, bytes);
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] bytes) {
    var reader = reader(topic, bytes);
    return reader.isPresent()
        ? read(reader.get(), bytes)
        : registryDeserializer.deserialize(topic, headers, bytes);
  }

  private Optional<AvroBinary.Reader> reader(String topic, byte[] bytes) {
    if (bytes == null || bytes.length < HEADER_BYTES || bytes[0] != 0) {
      return Optional.empty();
    }
    var id = ByteBuffer.wrap(bytes).getInt(1);
    var known = readers.get(id);
    if (known == null) {
      // A value that cannot be read fails here, as it should, and teaches nothing.
      known = readerOf(genericDeserializer.deserialize(topic, bytes));
      readers.put(id, known);
    }
    return known;
  }

  private static Optional<AvroBinary.Reader> readerOf(Object generic) {
    if (!(generic instanceof GenericContainer written)) {
      return Optional.empty();
    }
    return ourSchema(written.getSchema())
        .map(ours -> new AvroBinary.Reader(written.getSchema(), ours));
  }

  /** The schema that the class of that name was generated from, if there is one. */
  private static Optional<Schema> ourSchema(Schema written) {
    var type = SpecificData.get().getClass(written);
    return type != null && SpecificRecord.class.isAssignableFrom(type)
        ? Optional.of(SpecificData.get().getSchema(type))
        : Optional.empty();
  }

  @SuppressWarnings("unchecked") // another type is a bad record and fails where it is read
  private T read(AvroBinary.Reader reader, byte[] bytes) {
    try {
      return (T) reader.read(bytes, HEADER_BYTES);
    } catch (RuntimeException e) {
      throw new SerializationException("Not a value of the schema it names: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    registryDeserializer.close();
    genericDeserializer.close();
  }
}
