package io.shopstream.load.replay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Asks the registry's serializer once a topic and schema, and repeats its answer.
 *
 * <p>Apicurio's serializer writes the whole schema as JSON for every record, to look its id up: 20
 * µs a click, against less than one for the record itself. So the first record of a topic goes
 * through it, which registers the schema; if its bytes are magic byte 0, a four-byte id and the
 * plain Avro binary of the record, later records of the same schema get the same five bytes and are
 * encoded here. If they are anything else, all records go through it.
 *
 * <p>As the serializer it wraps, it may be used by many threads.
 */
final class SchemaIdCachingSerializer<T extends SpecificRecord> implements Serializer<T> {

  private static final int HEADER_LENGTH = 5;

  private final Serializer<T> registrySerializer;
  private final Map<String, Known> knownByTopic = new ConcurrentHashMap<>();
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /**
   * @param registrySerializer configured; closed with this one
   */
  SchemaIdCachingSerializer(Serializer<T> registrySerializer) {
    this.registrySerializer = registrySerializer;
  }

  @Override
  public byte[] serialize(String topic, T value) {
    if (value == null) {
      return registrySerializer.serialize(topic, null);
    }
    var known = knownByTopic.get(topic);
    if (known != null && known.schema.equals(value.getSchema())) {
      return scratch.get().encode(known, value);
    }
    var bytes = registrySerializer.serialize(topic, value);
    if (bytes != null && bytes.length >= HEADER_LENGTH && bytes[0] == 0) {
      var candidate = new Known(value.getSchema(), Arrays.copyOf(bytes, HEADER_LENGTH));
      if (Arrays.equals(bytes, scratch.get().encode(candidate, value))) {
        knownByTopic.put(topic, candidate);
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    registrySerializer.close();
  }

  /** What the registry's serializer wrote before the records of a schema. */
  private static final class Known {
    private final Schema schema;
    private final byte[] header;
    private final SpecificDatumWriter<SpecificRecord> writer;

    Known(Schema schema, byte[] header) {
      this.schema = schema;
      this.header = header;
      // The encoders that Avro generates into the classes, instead of a walk over the schema.
      var data = new SpecificData();
      data.setCustomCoders(true);
      this.writer = new SpecificDatumWriter<>(schema, data);
    }
  }

  /** Buffers of one thread. */
  private static final class Scratch {
    private static final int USUAL_SIZE = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
    private BinaryEncoder encoder;

    byte[] encode(Known known, SpecificRecord value) {
      bytes.reset();
      try {
        bytes.write(known.header);
        encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
        known.writer.write(value, encoder);
        encoder.flush();
      } catch (IOException | RuntimeException e) {
        throw new SerializationException(
            "A " + known.schema.getName() + " cannot be written: " + e.getMessage(), e);
      }
      return bytes.toByteArray();
    }
  }
}
