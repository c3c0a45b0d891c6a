package io.shopstream.load.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Where Kafka is, from the environment variables that all applications share.
 *
 * @param bootstrapServers host:port,host:port
 * @param registryUrl root address of the schema registry
 * @param partitions number of partitions of topics that are created
 * @param replication copies of every partition of topics that are created
 * @param clientConfig keys for every Kafka client, such as those of TLS
 */
record KafkaEnvironment(
    String bootstrapServers,
    String registryUrl,
    int partitions,
    short replication,
    Map<String, String> clientConfig) {

  /**
   * Reads the environment.
   *
   * @throws ReplayException naming the variable that cannot be used
   */
  static KafkaEnvironment from(Map<String, String> environment) throws ReplayException {
    return new KafkaEnvironment(
        environment.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
        environment.getOrDefault("SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081"),
        positive(environment, "TOPIC_PARTITIONS", "6"),
        (short) positive(environment, "TOPIC_REPLICATION", "1"),
        clientConfig(environment.getOrDefault("KAFKA_CLIENT_CONFIG", "")));
  }

  private static int positive(Map<String, String> environment, String name, String otherwise)
      throws ReplayException {
    var text = environment.getOrDefault(name, otherwise);
    try {
      var number = Integer.parseInt(text.strip());
      if (number >= 1 && number <= Short.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ReplayException(name + " should be a number, not " + text, e);
    }
    throw new ReplayException(
        "%s should be from 1 to %d, not %s".formatted(name, Short.MAX_VALUE, text));
  }

  private static Map<String, String> clientConfig(String file) throws ReplayException {
    if (file.isBlank()) {
      return Map.of();
    }
    var properties = new Properties();
    try (var in = Files.newBufferedReader(Path.of(file))) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new ReplayException(
          "KAFKA_CLIENT_CONFIG names a properties file that cannot be read: " + e.getMessage(), e);
    }
    var config = new HashMap<String, String>();
    properties.stringPropertyNames().forEach(key -> config.put(key, properties.getProperty(key)));
    return Map.copyOf(config);
  }
}
