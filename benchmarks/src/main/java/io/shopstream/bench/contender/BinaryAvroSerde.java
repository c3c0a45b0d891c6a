package io.shopstream.bench.contender;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro binary without a schema id, for what contenders keep and pass on inside: no registry is
 * asked, and readers and writers are kept, so that no contender is slow because of its serde.
 */
public final class BinaryAvroSerde<T extends SpecificRecord> implements Serde<T> {

  private final Class<T> type;

  public BinaryAvroSerde(Class<T> type) {
    this.type = type;
  }

  @Override
  public Serializer<T> serializer() {
    var data = SpecificData.getForClass(type);
    var writer = new SpecificDatumWriter<T>(data.getSchema(type), data);
    return new Serializer<>() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
      private BinaryEncoder encoder;

      @Override
      public byte[] serialize(String topic, T value) {
        if (value == null) {
          return null;
        }
        bytes.reset();
        try {
          encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
          writer.write(value, encoder);
          encoder.flush();
        } catch (IOException e) {
          throw new UncheckedIOException("Writing to memory failed", e);
        }
        return bytes.toByteArray();
      }
    };
  }

  @Override
  public Deserializer<T> deserializer() {
    var data = SpecificData.getForClass(type);
    var schema = data.getSchema(type);
    var reader = new SpecificDatumReader<T>(schema, schema, data);
    return new Deserializer<>() {
      private BinaryDecoder decoder;

      @Override
      public T deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
          return null;
        }
        try {
          decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
          return reader.read(null, decoder);
        } catch (IOException e) {
          throw new UncheckedIOException("Not a " + type.getSimpleName(), e);
        }
      }
    };
  }
}
