package io.shopstream.query.collector;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a JSON object may hold, and how it becomes an Avro record: the record's field names, each
 * with the rule for its value. Times lose their {@code _ms} in JSON, where they may be written in
 * ISO-8601 too.
 *
 * <p>The object is read token by token into the record; a fault in one field does not hide those in
 * others. A field given as null is a field left out.
 *
 * @param <T> the record
 */
final class JsonShape<T extends SpecificRecord> {

  private record Field(String name, int position, FieldRule rule, boolean required) {}

  private final String title;
  private final Schema schema;
  private final Supplier<T> empty;
  private final Map<String, Field> byName = new HashMap<>();
  private final List<Field> required = new ArrayList<>();
  private BiConsumer<T, Faults> check = (event, faults) -> {};

  /**
   * @param title what it is, with an article, for messages: {@code a click}
   * @param schema of the record; at most 64 fields
   * @param empty makes a record with all defaults in place
   */
  JsonShape(String title, Schema schema, Supplier<T> empty) {
    this.title = title;
    this.schema = schema;
    this.empty = empty;
  }

  JsonShape<T> required(String name, FieldRule rule) {
    return field(name, rule, true);
  }

  JsonShape<T> optional(String name, FieldRule rule) {
    return field(name, rule, false);
  }

  /** A rule over several fields, applied to an event whose fields are all right. */
  JsonShape<T> check(BiConsumer<T, Faults> rule) {
    check = check.andThen(rule);
    return this;
  }

  private JsonShape<T> field(String name, FieldRule rule, boolean isRequired) {
    var inAvro =
        schema.getField(name) != null ? schema.getField(name) : schema.getField(name + "_ms");
    if (inAvro == null) {
      throw new IllegalArgumentException(schema.getName() + " has no field " + name);
    }
    var field = new Field(name, inAvro.pos(), rule, isRequired);
    byName.put(name, field);
    if (isRequired) {
      required.add(field);
    }
    return this;
  }

  /** Names of all fields in JSON. */
  Set<String> fields() {
    return byName.keySet();
  }

  /** Names of the fields that must be there. */
  List<String> requiredFields() {
    return required.stream().map(Field::name).toList();
  }

  Schema schema() {
    return schema;
  }

  /**
   * Reads one object.
   *
   * @param json stands on the start of the object; left on its end
   * @return the record; of no use when faults were reported
   */
  T read(JsonParser json, Faults faults) throws IOException {
    var faultsBefore = faults.count();
    var event = empty.get();
    var seen = 0L;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      var value = json.nextToken();
      var field = byName.get(name);
      if (field == null) {
        faults.add(shortened(name), "is not a field of " + title);
        json.skipChildren();
        continue;
      }
      var bit = 1L << field.position();
      if ((seen & bit) != 0) {
        faults.add(name, "is given twice");
        json.skipChildren();
        continue;
      }
      if (value != JsonToken.VALUE_NULL) {
        seen |= bit;
        var converted = field.rule().read(json, name, faults);
        if (converted != null) {
          event.put(field.position(), converted);
        }
      }
    }
    for (var field : required) {
      if ((seen & (1L << field.position())) == 0) {
        faults.add(field.name(), "is required");
      }
    }
    if (faults.count() == faultsBefore) {
      check.accept(event, faults);
    }
    return event;
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "…";
  }
}
