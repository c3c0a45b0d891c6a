package io.shopstream.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a command measured: the pairs of its last line, in order. Keys are snake case with the unit
 * in the name.
 */
public final class Figures {

  private final Map<String, BigDecimal> values = new LinkedHashMap<>();

  /**
   * Adds a figure; one that is not a finite number was not measured and is left out.
   *
   * @param decimals digits kept behind the point
   */
  public Figures put(String key, double value, int decimals) {
    if (Double.isFinite(value)) {
      values.put(key, BigDecimal.valueOf(value).setScale(decimals, java.math.RoundingMode.HALF_UP));
    }
    return this;
  }

  /** Adds a whole number. */
  public Figures put(String key, long value) {
    values.put(key, BigDecimal.valueOf(value));
    return this;
  }

  /** The pairs as {@code key=value}, separated by blanks. */
  public String line() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().toPlainString())
        .collect(Collectors.joining(" "));
  }

  /** The pairs as a JSON object of numbers. */
  public String json() {
    return values.entrySet().stream()
        .map(entry -> "  \"%s\": %s".formatted(entry.getKey(), entry.getValue().toPlainString()))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  /**
   * Writes the JSON.
   *
   * @throws IllegalStateException when the file cannot be written
   */
  public void writeJson(Path file) {
    try {
      Files.writeString(file, json());
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
