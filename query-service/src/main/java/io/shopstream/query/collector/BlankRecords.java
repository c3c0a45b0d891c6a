package io.shopstream.query.collector;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Records without content, to make a serializer fetch a schema id before the first event. */
final class BlankRecords {

  private BlankRecords() {}

  /** A record that serialises, but says nothing; for the types that the collector writes. */
  static SpecificRecord of(Class<? extends SpecificRecord> type) {
    var schema = SpecificData.get().getSchema(type);
    var blank = (SpecificRecord) SpecificData.newInstance(type, schema);
    for (var field : schema.getFields()) {
      blank.put(field.pos(), value(field.schema()));
    }
    return blank;
  }

  private static Object value(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> "";
      case LONG -> 0L;
      case INT -> 0;
      case BOOLEAN -> false;
      case ARRAY -> List.of();
      case ENUM -> SpecificData.get().createEnum(schema.getEnumSymbols().get(0), schema);
      case UNION -> null; // every union of the events begins with null
      default -> throw new IllegalArgumentException("No event has a field of " + schema.getType());
    };
  }
}
