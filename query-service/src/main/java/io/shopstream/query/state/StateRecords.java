package io.shopstream.query.state;

import io.shopstream.events.ItemPopularity;
import io.shopstream.events.OrderFingerprint;
import io.shopstream.events.UserProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Reads the values of stores that hold Avro binary without a schema id.
 *
 * @param <T> the record
 */
public final class StateRecords<T extends SpecificRecordBase> {

  public static final StateRecords<ItemPopularity> ITEM_POPULARITY =
      new StateRecords<>(ItemPopularity.getClassSchema());
  public static final StateRecords<UserProfile> USER_PROFILE =
      new StateRecords<>(UserProfile.getClassSchema());
  public static final StateRecords<OrderFingerprint> ORDER_FINGERPRINT =
      new StateRecords<>(OrderFingerprint.getClassSchema());

  private final Schema schema;

  private StateRecords(Schema schema) {
    this.schema = schema;
  }

  /**
   * Reads one value.
   *
   * @throws UncheckedIOException when the bytes are no such record
   */
  public T read(StateRow.Found found) {
    try {
      return new SpecificDatumReader<T>(schema)
          .read(null, DecoderFactory.get().binaryDecoder(found.bytes(), null));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "A row of the state is no "
              + schema.getName()
              + ": are both applications of one release?",
          e);
    }
  }
}
