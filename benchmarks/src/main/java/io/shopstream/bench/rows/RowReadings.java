package io.shopstream.bench.rows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * What one run told, passed from the measuring process to the command as a small file.
 *
 * @param p50Ms latency from the time a read was due, in milliseconds
 * @param serviceP50Ms from the time a read began: what is left without the waking up of a thread
 * @param worstInCommitMs worst of the reads that were under way during a commit; 0 without commits
 * @param commits of the rows' application while reading
 * @param longestCommitMs from the last record before a commit to its end
 * @param emptyFraction reads that found no row, 0 to 1
 */
record RowReadings(
    long reads,
    double p50Ms,
    double p99Ms,
    double p999Ms,
    double worstMs,
    double serviceP50Ms,
    double serviceP99Ms,
    double serviceP999Ms,
    double worstInCommitMs,
    long commits,
    double longestCommitMs,
    double emptyFraction) {

  void write(Path file) throws IOException {
    var properties = new Properties();
    try {
      for (var component : getClass().getRecordComponents()) {
        properties.setProperty(
            component.getName(), component.getAccessor().invoke(this).toString());
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A record can be read", e);
    }
    var unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (var writer = Files.newBufferedWriter(unfinished)) {
      properties.store(writer, null);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static RowReadings read(Path file) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new RowReadings(
        whole(properties, "reads"),
        real(properties, "p50Ms"),
        real(properties, "p99Ms"),
        real(properties, "p999Ms"),
        real(properties, "worstMs"),
        real(properties, "serviceP50Ms"),
        real(properties, "serviceP99Ms"),
        real(properties, "serviceP999Ms"),
        real(properties, "worstInCommitMs"),
        whole(properties, "commits"),
        real(properties, "longestCommitMs"),
        real(properties, "emptyFraction"));
  }

  private static double real(Properties properties, String key) {
    return Double.parseDouble(properties.getProperty(key));
  }

  private static long whole(Properties properties, String key) {
    return Long.parseLong(properties.getProperty(key));
  }
}
