package io.shopstream.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What the replay published in this run.
 *
 * @param events clicks and orders
 * @param orders of these
 * @param refused lines of the source that are no events, and events not taken
 */
record ReplayReport(long events, long orders, long refused) {

  /**
   * Reads what {@code replay --json} wrote.
   *
   * @throws UncheckedIOException when the file is missing or no JSON
   * @throws IllegalStateException when it lacks a count
   */
  static ReplayReport read(Path file) {
    try {
      var json = new ObjectMapper().readTree(file.toFile());
      for (var name : new String[] {"events", "orders", "refused"}) {
        if (!json.path(name).canConvertToLong()) {
          throw new IllegalStateException(file + " lacks the count " + name);
        }
      }
      return new ReplayReport(
          json.get("events").longValue(),
          json.get("orders").longValue(),
          json.get("refused").longValue());
    } catch (IOException e) {
      throw new UncheckedIOException("The report of the replay cannot be read: " + file, e);
    }
  }
}
