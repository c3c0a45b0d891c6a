package io.shopstream.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * Which brokers the data of a stack belongs to: their number is decided when it is first written.
 */
record ClusterFile(Path file, StackLayout layout) {

  private static final String ID = "cluster-id";
  private static final String BROKERS = "brokers";

  static ClusterFile in(StackLayout layout) {
    return new ClusterFile(layout.folder().resolve("cluster.properties"), layout);
  }

  /**
   * The id of the cluster, made at the first start.
   *
   * @throws IllegalStateException when the data was written by another number of brokers
   */
  String clusterId(int brokers) {
    try {
      if (!Files.exists(file)) {
        // Data without this file was written by one broker.
        write(Files.exists(layout.data("broker")) ? 1 : brokers);
      }
      var properties = read();
      var written = Integer.parseInt(properties.getProperty(BROKERS));
      if (written != brokers) {
        throw new IllegalStateException(
            "The data in %s belongs to %d broker%s. Start it with --brokers %d, or delete the folder to begin anew."
                .formatted(layout.folder(), written, written == 1 ? "" : "s", written));
      }
      return properties.getProperty(ID);
    } catch (IOException | NumberFormatException e) {
      throw new IllegalStateException(
          file + " cannot be used: " + e.getMessage() + ". Delete the folder to begin anew.", e);
    }
  }

  private void write(int brokers) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "%s=%s%n%s=%d%n".formatted(ID, Uuid.randomUuid(), BROKERS, brokers));
  }

  private Properties read() throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    }
  }
}
