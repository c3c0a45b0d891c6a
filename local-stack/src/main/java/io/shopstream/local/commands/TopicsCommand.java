package io.shopstream.local.commands;

import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.TopicAdmin;
import io.shopstream.events.topics.Topics;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private KafkaClientOptions kafka;

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
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it itself
  private boolean help;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    try (var admin = Admin.create(kafka.properties())) {
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
}
