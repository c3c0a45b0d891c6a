package io.shopstream.local.commands;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** Which cluster a command is about, and how its clients have to ask. */
public final class KafkaClientOptions {

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Brokers to ask first (KAFKA_BOOTSTRAP_SERVERS). Default: ${DEFAULT-VALUE}")
  private String bootstrapServers;

  @Option(
      names = "--client-config",
      paramLabel = "FILE",
      defaultValue = "${env:KAFKA_CLIENT_CONFIG:-}",
      description =
          "Properties for the Kafka client, for example of security (KAFKA_CLIENT_CONFIG).")
  private String clientConfig;

  /**
   * What every client of Kafka must be told.
   *
   * @throws UncheckedIOException when a file is named and cannot be read
   */
  public Map<String, Object> properties() {
    var client = new HashMap<String, Object>();
    if (!clientConfig.isBlank()) {
      var properties = new Properties();
      try (var reader = Files.newBufferedReader(Path.of(clientConfig))) {
        properties.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "--client-config names a file that cannot be read: " + clientConfig, e);
      }
      properties
          .stringPropertyNames()
          .forEach(name -> client.put(name, properties.getProperty(name)));
    }
    client.put("bootstrap.servers", bootstrapServers);
    return client;
  }
}
