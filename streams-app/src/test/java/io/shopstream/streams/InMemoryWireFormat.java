package io.shopstream.streams;

import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** The Confluent wire format with schema ids from a list in memory, for topology tests. */
public final class InMemoryWireFormat {

  private static final List<Class<? extends SpecificRecord>> TYPES = new CopyOnWriteArrayList<>();

  private InMemoryWireFormat() {}

  /** Serdes that need no registry. */
  public static AvroSerdes serdes() {
    return AvroSerdes.of(
        "http://none.invalid",
        Map.of(
            AvroSerdes.SERIALIZER, Write.class.getName(),
            AvroSerdes.DESERIALIZER, Read.class.getName()));
  }

  public static final class Write implements Serializer<SpecificRecord> {
    @Override
    public byte[] serialize(String topic, SpecificRecord value) {
      if (value == null) {
        return null;
      }
      synchronized (TYPES) {
        if (!TYPES.contains(value.getClass())) {
          TYPES.add(value.getClass());
        }
      }
      var avro = AvroBinary.encode(value);
      return ByteBuffer.allocate(5 + avro.length)
          .put((byte) 0)
          .putInt(TYPES.indexOf(value.getClass()))
          .put(avro)
          .array();
    }
  }

  public static final class Read implements Deserializer<SpecificRecord> {
    @Override
    public SpecificRecord deserialize(String topic, byte[] bytes) {
      if (bytes.length < 5 || bytes[0] != 0) {
        throw new SerializationException("Not in the wire format");
      }
      var buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
      var id = buffer.getInt();
      if (id < 0 || id >= TYPES.size()) {
        throw new SerializationException("No schema has the id " + id);
      }
      var avro = new byte[buffer.remaining()];
      buffer.get(avro);
      return AvroBinary.decode(avro, TYPES.get(id));
    }
  }
}
