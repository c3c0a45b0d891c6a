package io.shopstream.events.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Plain Avro binary, without a schema id: what both sides of the state endpoint agree on. */
public final class AvroBinary {

  private static final int USUAL_BYTES = 512;

  /** As many bytes as a record may have, and more elements than any list has. */
  private static final String LONGEST_TEXT = Integer.toString(2 << 20);

  private static final String MOST_ELEMENTS = Integer.toString(1 << 20);

  static {
    boundWhatBytesMayClaim();
  }

  /** With the codecs that Avro generates into the classes, instead of a walk over the schema. */
  private static final SpecificData GENERATED = generatedCodecs();

  private static final ClassValue<SpecificDatumWriter<SpecificRecord>> WRITERS =
      new ClassValue<>() {
        @Override
        protected SpecificDatumWriter<SpecificRecord> computeValue(Class<?> type) {
          return new SpecificDatumWriter<>(GENERATED.getSchema(type), GENERATED);
        }
      };

  /** A reader belongs to one thread. */
  private static final ClassValue<ThreadLocal<SpecificDatumReader<SpecificRecord>>> READERS =
      new ClassValue<>() {
        @Override
        protected ThreadLocal<SpecificDatumReader<SpecificRecord>> computeValue(Class<?> type) {
          var schema = GENERATED.getSchema(type);
          return ThreadLocal.withInitial(
              () -> new SpecificDatumReader<>(schema, schema, GENERATED));
        }
      };

  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  private AvroBinary() {}

  /**
   * A few broken bytes can say that a text of gigabytes follows, and Avro makes room for it before
   * it looks. Avro reads these bounds when its first decoder reads; what was set from outside
   * stays.
   */
  public static void boundWhatBytesMayClaim() {
    for (var bounded : List.of("string", "bytes")) {
      setIfAbsent("org.apache.avro.limits." + bounded + ".maxLength", LONGEST_TEXT);
    }
    setIfAbsent("org.apache.avro.limits.collectionItems.maxLength", MOST_ELEMENTS);
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** The record as Avro binary. */
  public static <T extends SpecificRecord> byte[] encode(T record) {
    return encode(new byte[0], record);
  }

  /** The record as Avro binary, after what stands before it. */
  static byte[] encode(byte[] prefix, SpecificRecord record) {
    try {
      return BUFFERS.get().write(prefix, record);
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
      var buffers = BUFFERS.get();
      buffers.decoder = DecoderFactory.get().binaryDecoder(bytes, buffers.decoder);
      return type.cast(READERS.get(type).get().read(null, buffers.decoder));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("Not a " + type.getSimpleName() + " in Avro binary", e);
    }
  }

  /** Reads records that were written with one schema as records of ours; for any thread. */
  static final class Reader {
    private final ThreadLocal<SpecificDatumReader<SpecificRecord>> reader;
    private final Schema ours;
    private final boolean isUnchanged;

    /**
     * @param written schema of the bytes
     * @param ours schema of a generated class
     */
    Reader(Schema written, Schema ours) {
      this.ours = ours;
      // What differs in documentation alone is written alike.
      isUnchanged =
          SchemaNormalization.toParsingForm(written)
              .equals(SchemaNormalization.toParsingForm(ours));
      reader = ThreadLocal.withInitial(() -> new SpecificDatumReader<>(written, ours, GENERATED));
    }

    /** Whether the bytes are what {@link #encode} makes of records of a generated class. */
    boolean isOf(Class<? extends SpecificRecord> type) {
      return isUnchanged && ours.equals(GENERATED.getSchema(type));
    }

    /**
     * Reads the record that begins at an offset.
     *
     * @throws IllegalArgumentException when the bytes are not one
     */
    SpecificRecord read(byte[] bytes, int offset) {
      try {
        var buffers = BUFFERS.get();
        buffers.decoder =
            DecoderFactory.get()
                .binaryDecoder(bytes, offset, bytes.length - offset, buffers.decoder);
        return reader.get().read(null, buffers.decoder);
      } catch (IOException e) {
        throw new IllegalArgumentException("the bytes end too early", e);
      }
    }
  }

  private static SpecificData generatedCodecs() {
    var data = new SpecificData();
    data.setCustomCoders(true);
    return data;
  }

  /** What one thread writes to and reads with. */
  private static final class Buffers {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;

    byte[] write(byte[] prefix, SpecificRecord record) throws IOException {
      out.reset();
      out.write(prefix);
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      WRITERS.get(record.getClass()).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    }
  }
}
