package io.shopstream.bench.contender;

import io.shopstream.events.serde.AvroBinary;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro binary without a schema id, for what contenders keep and pass on inside: no registry is
 * asked, and the codecs are those of streams-app, so that no contender is slow because of its
 * serde. Safe for use by several threads, because the DSL hands one to all of them.
 */
public final class BinaryAvroSerde<T extends SpecificRecord> implements Serde<T> {

  private final Class<T> type;

  public BinaryAvroSerde(Class<T> type) {
    this.type = type;
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : AvroBinary.encode(value);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? null : AvroBinary.decode(bytes, type);
  }
}
