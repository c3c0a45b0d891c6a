package io.shopstream.events.serde;

import java.nio.ByteBuffer;
import java.time.Duration;
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

  static final int HEADER_BYTES = 5;
  private static final int MOST_REFUSED = 10_000;
  private static final long REFUSED_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * Registries number schemas in the order in which they come, with gaps. So far above the largest
   * that was seen there is none, and the registry need not be asked for each of a million values
   * that only look as if they named a schema.
   */
  private static final int FURTHEST = 1 << 24;

  private final Class<T> type;
  private final Deserializer<T> registryDeserializer;
  private final Deserializer<?> genericDeserializer;
  private final RegistryPatience patience;
  private final Map<Integer, Long> refused = new ConcurrentHashMap<>();
  private final Map<Integer, Optional<AvroBinary.Reader>> readers = new ConcurrentHashMap<>();
  private volatile int largestKnown;

  /**
   * Both are configured, and closed with this one.
   *
   * @param type that values must have
   * @param registryDeserializer reads what cannot be read here
   * @param genericDeserializer reads generic records
   * @param patience with a registry that cannot be reached
   */
  SchemaCachingDeserializer(
      Class<T> type,
      Deserializer<T> registryDeserializer,
      Deserializer<?> genericDeserializer,
      RegistryPatience patience) {
    this.type = type;
    this.registryDeserializer = registryDeserializer;
    this.genericDeserializer = genericDeserializer;
    this.patience = patience;
  }

  @Override
  public T deserialize(String topic, byte[] bytes) {
    var reader = reader(topic, bytes);
    return reader.isPresent()
        ? read(reader.get(), bytes)
        : patience.ask(() -> registryDeserializer.deserialize(topic, bytes));
  }

  @Override
  public T deserialize(String topic, Headers headers, byte[] bytes) {
    var reader = reader(topic, bytes);
    return reader.isPresent()
        ? read(reader.get(), bytes)
        : patience.ask(() -> registryDeserializer.deserialize(topic, headers, bytes));
  }

  /** Whether a value is Avro binary behind the header, by the schema that our type has. */
  boolean isOfOurSchema(String topic, byte[] bytes) {
    return reader(topic, bytes).filter(reader -> reader.isOf(type)).isPresent();
  }

  private Optional<AvroBinary.Reader> reader(String topic, byte[] bytes) {
    if (bytes == null || bytes.length < HEADER_BYTES || bytes[0] != 0) {
      return Optional.empty();
    }
    var id = ByteBuffer.wrap(bytes).getInt(1);
    var known = readers.get(id);
    if (known == null) {
      refuseUnknown(id);
      known = readerOf(generic(topic, bytes, id));
      readers.put(id, known);
      largestKnown = Math.max(largestKnown, id);
    }
    return known;
  }

  private Object generic(String topic, byte[] bytes, int id) {
    try {
      return patience.ask(() -> genericDeserializer.deserialize(topic, bytes));
    } catch (RuntimeException e) {
      // A value that cannot be read fails here, as it should; of its id that says nothing, unless
      // the registry does not know it.
      if (isUnknown(e)) {
        if (refused.size() >= MOST_REFUSED) {
          refused.clear();
        }
        refused.put(id, System.nanoTime());
      }
      throw e;
    }
  }

  /** Each registry's client has an exception of its own for this. */
  private static boolean isUnknown(Throwable exception) {
    for (var cause = exception; cause != null; cause = cause.getCause()) {
      if (cause.getClass().getSimpleName().endsWith("NotFoundException")) {
        return true;
      }
    }
    return false;
  }

  /** Of a flood of values under an id that nobody knows, the registry is asked for the first. */
  private void refuseUnknown(int id) {
    if (id < 0 || (largestKnown > 0 && id - largestKnown > FURTHEST)) {
      throw new SerializationException(
          "No schema has the id %d; the largest known is %d"
              .formatted(Integer.toUnsignedLong(id), largestKnown));
    }
    var sinceNanos = refused.get(id);
    if (sinceNanos != null && System.nanoTime() - sinceNanos < REFUSED_NANOS) {
      throw new SerializationException(
          "The registry did not know a schema of id " + id + " a moment ago");
    }
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

  private T read(AvroBinary.Reader reader, byte[] bytes) {
    SpecificRecord value;
    try {
      value = reader.read(bytes, HEADER_BYTES);
    } catch (RuntimeException e) {
      throw new SerializationException("Not a value of the schema it names: " + e.getMessage(), e);
    }
    // Whoever reads it further on would fail, and again after every restart.
    if (!type.isInstance(value)) {
      throw new SerializationException(
          "%s where %s belongs".formatted(value.getClass().getSimpleName(), type.getSimpleName()));
    }
    return type.cast(value);
  }

  @Override
  public void close() {
    registryDeserializer.close();
    genericDeserializer.close();
  }
}
