package io.shopstream.query.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a JSON object may hold: its fields, each with the rule for its value. The object is read
 * token by token; a fault in one field does not hide those in others. A field given as null is a
 * field left out.
 *
 * @param <T> what the object is read into
 */
public final class JsonShape<T> {

  private record Field<T>(
      String name, long bit, FieldRule rule, boolean required, BiConsumer<T, Object> setter) {}

  private final String title;
  private final Supplier<T> empty;
  private final Function<String, BiConsumer<T, Object>> setters;
  private final Map<String, Field<T>> byName = new LinkedHashMap<>();
  private final List<Field<T>> required = new ArrayList<>();
  private BiConsumer<T, Faults> check = (object, faults) -> {};

  private JsonShape(
      String title, Supplier<T> empty, Function<String, BiConsumer<T, Object>> setters) {
    this.title = title;
    this.empty = empty;
    this.setters = setters;
  }

  /**
   * The shape of a plain object.
   *
   * @param title what it is, with an article, for messages: {@code a visit}
   * @param empty makes the object that is filled
   * @param setters how the field of a name is set
   */
  public static <T> JsonShape<T> of(
      String title, Supplier<T> empty, Map<String, BiConsumer<T, Object>> setters) {
    return new JsonShape<>(title, empty, setters::get);
  }

  /**
   * The shape of an Avro record: its own field names, but that times lose their {@code _ms} in
   * JSON, where they may be written in ISO-8601 too.
   *
   * @param title what it is, with an article, for messages: {@code a click}
   * @param empty makes a record with all defaults in place
   */
  public static <T extends SpecificRecord> JsonShape<T> ofRecord(
      String title, Schema schema, Supplier<T> empty) {
    return new JsonShape<>(
        title,
        empty,
        name -> {
          var field =
              schema.getField(name) != null ? schema.getField(name) : schema.getField(name + "_ms");
          var position = field.pos();
          return (event, value) -> event.put(position, value);
        });
  }

  /** A field that must be there. */
  public JsonShape<T> required(String name, FieldRule rule) {
    return field(name, rule, true);
  }

  /** A field that may be left out. */
  public JsonShape<T> optional(String name, FieldRule rule) {
    return field(name, rule, false);
  }

  /** A rule over several fields, applied to an object whose fields are all right. */
  public JsonShape<T> check(BiConsumer<T, Faults> rule) {
    check = check.andThen(rule);
    return this;
  }

  private JsonShape<T> field(String name, FieldRule rule, boolean isRequired) {
    if (byName.size() == Long.SIZE) {
      throw new IllegalStateException("An object of more than 64 fields");
    }
    var field = new Field<>(name, 1L << byName.size(), rule, isRequired, setters.apply(name));
    byName.put(name, field);
    if (isRequired) {
      required.add(field);
    }
    return this;
  }

  /** Names of all fields. */
  public Set<String> fields() {
    return Set.copyOf(byName.keySet());
  }

  /** Names of the fields that must be there. */
  public List<String> requiredFields() {
    return required.stream().map(Field::name).toList();
  }

  /**
   * Reads one object.
   *
   * @param json stands on the start of the object; left on its end
   * @return what was read; of no use when faults were reported
   */
  public T read(JsonParser json, Faults faults) throws IOException {
    var faultsBefore = faults.count();
    var object = empty.get();
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
      if ((seen & field.bit()) != 0) {
        faults.add(name, "is given twice");
        json.skipChildren();
        continue;
      }
      if (value != JsonToken.VALUE_NULL) {
        seen |= field.bit();
        var converted = field.rule().read(json, name, faults);
        if (converted != null) {
          field.setter().accept(object, converted);
        }
      }
    }
    for (var field : required) {
      if ((seen & field.bit()) == 0) {
        faults.add(field.name(), "is required");
      }
    }
    if (faults.count() == faultsBefore) {
      check.accept(object, faults);
    }
    return object;
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "…";
  }
}
