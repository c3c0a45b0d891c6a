package io.shopstream.streams.runtime;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * How Kafka and the schema registry are reached.
 *
 * @param bootstrapServers host:port, separated by commas
 * @param schemaRegistryUrl root address
 * @param clientConfig a properties file passed to every Kafka client; empty for none
 * @param partitions of every topic, fixed for the life of the deployment
 * @param replication copies of every internal topic
 */
@ConfigurationProperties("kafka")
public record KafkaSettings(
    @NotBlank String bootstrapServers,
    @NotBlank String schemaRegistryUrl,
    String clientConfig,
    @Min(1) int partitions,
    @Min(1) int replication) {

  /**
   * What any client is told: where the brokers are, and the keys of the client configuration file.
   *
   * @throws UncheckedIOException when a file is named and cannot be read
   */
  public Map<String, Object> clientSettings() {
    var settings = new HashMap<String, Object>(clientProperties());
    settings.putIfAbsent(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return settings;
  }

  /**
   * The keys of the client configuration file.
   *
   * @throws UncheckedIOException when a file is named and cannot be read
   */
  public Map<String, String> clientProperties() {
    if (clientConfig.isBlank()) {
      return Map.of();
    }
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(clientConfig))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "kafka.client-config (KAFKA_CLIENT_CONFIG) names a file that cannot be read: "
              + clientConfig,
          e);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toUnmodifiableMap(name -> name, properties::getProperty));
  }
}
