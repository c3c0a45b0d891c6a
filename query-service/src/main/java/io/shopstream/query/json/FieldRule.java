package io.shopstream.query.json;

import com.fasterxml.jackson.core.JsonParser;
import io.micronaut.core.annotation.Nullable;
import java.io.IOException;

/** Reads and checks the value of one field. */
@FunctionalInterface
public interface FieldRule {

  /**
   * Reads one value.
   *
   * @param json stands on the first token of the value, which is not null; left on its last
   * @param field name to give to a fault
   * @return the value as the object holds it; null when a fault was reported
   */
  @Nullable
  Object read(JsonParser json, String field, Faults faults) throws IOException;
}
