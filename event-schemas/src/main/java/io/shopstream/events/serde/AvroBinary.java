package io.shopstream.events.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Plain Avro binary, without a schema id: what both sides of the state endpoint agree on. */
public final class AvroBinary {

  private AvroBinary() {}

  /** The record as Avro binary. */
  public static <T extends SpecificRecord> byte[] encode(T record) {
    try {
      var out = new ByteArrayOutputStream(256);
      var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
  }

  /**
   * Reads a record back.
   *
   * @throws IllegalArgumentException when the bytes are not one of this type
   */
  public static <T extends SpecificRecord> T decode(byte[] bytes, Class<T> type) {
    try {
      return new SpecificDatumReader<>(type)
          .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("Not a " + type.getSimpleName() + " in Avro binary", e);
    }
  }
}
