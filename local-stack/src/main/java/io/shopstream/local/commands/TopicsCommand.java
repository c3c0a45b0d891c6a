package io.shopstream.local.commands;

import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.TopicAdmin;
import io.shopstream.events.topics.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The admin step that creates the topics of the catalogue. */
@Command(
    name = "topics",
    sortOptions = false,
    description = {
      "Creates the topics of the catalogue that are missing on a broker, and lists them.",
      "Safe to run again. A topic that exists with another number of partitions is an error."
    })
public final class TopicsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Brokers to ask first (KAFKA_BOOTSTRAP_SERVERS). Default: ${DEFAULT-VALUE}")
  private String bootstrapServers;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "${env:TOPIC_PARTITIONS:-6}",
      description = "Of every topic, fixed for life (TOPIC_PARTITIONS). Default: ${DEFAULT-VALUE}")
  private int partitions;

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "${env:TOPIC_REPLICATION:-1}",
      description = "Copies of every partition (TOPIC_REPLICATION). Default: ${DEFAULT-VALUE}")
  private short replication;

  @Option(
      names = "--client-config",
      paramLabel = "FILE",
      defaultValue = "${env:KAFKA_CLIENT_CONFIG:-}",
      description =
          "Properties for the Kafka client, for example of security (KAFKA_CLIENT_CONFIG).")
  private String clientConfig;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it itself
  private boolean help;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var admin = Admin.create(clientProperties())) {
      var created = new TopicAdmin(admin, partitions, replication).createMissing();
      for (Topic topic : Topics.all()) {
        out.printf(
            "%-16s %d partitions, key: %s%s%n",
            topic.name(),
            partitions,
            topic.key(),
            created.contains(topic.name()) ? " (created)" : "");
      }
    }
    return 0;
  }

  private Map<String, Object> clientProperties() {
    var client = new HashMap<String, Object>();
    if (!clientConfig.isBlank()) {
      var properties = new Properties();
      try (var reader = Files.newBufferedReader(Path.of(clientConfig))) {
        properties.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "--client-config names a file that cannot be read: " + clientConfig, e);
      }
      properties.stringPropertyNames().forEach(name -> client.put(name, properties.get(name)));
    }
    client.put("bootstrap.servers", bootstrapServers);
    return client;
  }
}
