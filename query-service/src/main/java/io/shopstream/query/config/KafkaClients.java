package io.shopstream.query.config;

import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.TopicAdmin;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all Kafka clients of the service have in common: settings, serdes and topics that exist. */
@Singleton
public final class KafkaClients {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaClients.class);

  private final KafkaConfiguration config;
  private final Map<String, String> fromFile;
  private boolean topicsExist;

  KafkaClients(KafkaConfiguration config) {
    this.config = config;
    this.fromFile = read(config.clientConfig());
  }

  /** Settings of one client: defaults of the caller, then what the client file says. */
  public Map<String, Object> settings(Map<String, Object> ofClient) {
    var settings = new HashMap<>(ofClient);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    fromFile.forEach(
        (key, value) -> {
          // Records go through the clients as bytes: these two are meant for the serdes.
          if (!key.equals(AvroSerdes.SERIALIZER) && !key.equals(AvroSerdes.DESERIALIZER)) {
            settings.put(key, value);
          }
        });
    return settings;
  }

  /** Serdes against the registry, with the serde settings of the client file. */
  public AvroSerdes serdes() {
    return AvroSerdes.of(config.schemaRegistryUrl(), fromFile);
  }

  /** How long to wait before asking again for a broker or registry that is away. */
  public void pauseBeforeRetry() throws InterruptedException {
    Thread.sleep(config.retryPause().toMillis());
  }

  /**
   * Creates topics that are missing, once; returns when all exist. Waits for the broker as long as
   * it takes.
   *
   * @throws IllegalStateException when the topics exist with another number of partitions
   */
  public synchronized void awaitTopics() throws InterruptedException {
    while (!topicsExist && config.createTopics()) {
      try (var admin = Admin.create(settings(Map.of()))) {
        var created =
            new TopicAdmin(admin, config.topicPartitions(), (short) config.topicReplication())
                .createMissing();
        if (!created.isEmpty()) {
          LOG.info("Created topics {}", created);
        }
        topicsExist = true;
      } catch (RuntimeException e) {
        LOG.warn("Topics cannot be checked yet, trying again: {}", e.getMessage());
        pauseBeforeRetry();
      }
    }
  }

  private static Map<String, String> read(String file) {
    var settings = new HashMap<String, String>();
    if (file != null && !file.isBlank()) {
      var properties = new Properties();
      try (var reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "KAFKA_CLIENT_CONFIG names a file that cannot be read: " + file, e);
      }
      properties
          .stringPropertyNames()
          .forEach(key -> settings.put(key, properties.getProperty(key)));
    }
    return settings;
  }
}
