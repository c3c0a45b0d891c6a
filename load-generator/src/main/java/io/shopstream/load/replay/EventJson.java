package io.shopstream.load.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.shopstream.events.OrderLine;
import io.shopstream.load.datasets.ShopEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes events as the query service reads them: the fields of the Avro schema by name, without
 * those that are null; times lose the unit in their name.
 */
final class EventJson {

  private static final String TIME_SUFFIX = "time_ms";
  private static final int UNIT_LENGTH = "_ms".length();

  private final JsonFactory json = new JsonFactory();

  /** A JSON array of events of one kind, as UTF-8. */
  byte[] array(List<ShopEvent> events) {
    var bytes = new ByteArrayOutputStream(events.size() * 256);
    try (var out = json.createGenerator(bytes)) {
      out.writeStartArray();
      for (var event : events) {
        write(out, event.value());
      }
      out.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, SpecificRecord value) throws IOException {
    out.writeStartObject();
    for (var field : value.getSchema().getFields()) {
      var content = value.get(field.pos());
      if (content != null) {
        out.writeFieldName(name(field));
        writeContent(out, content);
      }
    }
    out.writeEndObject();
  }

  private static String name(Schema.Field field) {
    var name = field.name();
    return name.endsWith(TIME_SUFFIX) ? name.substring(0, name.length() - UNIT_LENGTH) : name;
  }

  private static void writeContent(JsonGenerator out, Object content) throws IOException {
    if (content instanceof CharSequence text) {
      out.writeString(text.toString());
    } else if (content instanceof Long number) {
      out.writeNumber(number);
    } else if (content instanceof Integer number) {
      out.writeNumber(number);
    } else if (content instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (content instanceof Enum<?> symbol) {
      out.writeString(symbol.name());
    } else if (content instanceof OrderLine line) {
      write(out, line);
    } else if (content instanceof Collection<?> list) {
      out.writeStartArray();
      for (var element : list) {
        writeContent(out, element);
      }
      out.writeEndArray();
    } else {
      throw new IllegalArgumentException("No JSON is known for " + content.getClass());
    }
  }
}
