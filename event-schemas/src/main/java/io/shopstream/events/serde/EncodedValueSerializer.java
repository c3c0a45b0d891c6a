package io.shopstream.events.serde;

import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Takes values that are Avro binary already, by the schema of a type, and puts before them what
 * stands before records of that type. Only the first value of a topic is read, for the registry's
 * serializer to write it and register the schema.
 *
 * <p>As the serializer it wraps, it may be used by many threads.
 */
final class EncodedValueSerializer<T extends SpecificRecord> implements Serializer<byte[]> {

  private final Class<T> type;
  private final Schema schema;
  private final SchemaIdCachingSerializer<T> records;

  /**
   * @param records serializer of the same as records; closed with this one
   */
  EncodedValueSerializer(Class<T> type, SchemaIdCachingSerializer<T> records) {
    this.type = type;
    this.schema = SpecificData.get().getSchema(type);
    this.records = records;
  }

  @Override
  public byte[] serialize(String topic, byte[] encoded) {
    return serialize(topic, encoded, record -> records.serialize(topic, record));
  }

  @Override
  public byte[] serialize(String topic, Headers headers, byte[] encoded) {
    return serialize(topic, encoded, record -> records.serialize(topic, headers, record));
  }

  private byte[] serialize(String topic, byte[] encoded, Function<T, byte[]> asRecord) {
    if (encoded == null) {
      return null;
    }
    var header = records.header(topic, schema);
    if (header.length == 0) {
      return asRecord.apply(AvroBinary.decode(encoded, type));
    }
    var value = new byte[header.length + encoded.length];
    System.arraycopy(header, 0, value, 0, header.length);
    System.arraycopy(encoded, 0, value, header.length, encoded.length);
    return value;
  }

  @Override
  public void close() {
    records.close();
  }
}
