package io.shopstream.events.serde;

import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Tells values as Avro binary by the schema of a type, for who reads that without making a record
 * of it. What was written with another version of the schema is read and written again; what was
 * written with the same one is not looked at.
 *
 * <p>As the deserializer it wraps, it may be used by many threads.
 */
final class EncodedValueDeserializer<T extends SpecificRecord> implements Deserializer<byte[]> {

  private final SchemaCachingDeserializer<T> records;

  /**
   * @param records reads the same as records; closed with this one
   */
  EncodedValueDeserializer(SchemaCachingDeserializer<T> records) {
    this.records = records;
  }

  @Override
  public byte[] deserialize(String topic, byte[] bytes) {
    return deserialize(topic, bytes, () -> records.deserialize(topic, bytes));
  }

  @Override
  public byte[] deserialize(String topic, Headers headers, byte[] bytes) {
    return deserialize(topic, bytes, () -> records.deserialize(topic, headers, bytes));
  }

  private byte[] deserialize(String topic, byte[] bytes, Supplier<T> asRecord) {
    if (bytes == null) {
      return null;
    }
    return records.isOfOurSchema(topic, bytes)
        ? Arrays.copyOfRange(bytes, SchemaCachingDeserializer.HEADER_BYTES, bytes.length)
        : AvroBinary.encode(asRecord.get());
  }

  @Override
  public void close() {
    records.close();
  }
}
