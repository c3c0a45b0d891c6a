package io.shopstream.events.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The admin step that creates the topics of the catalogue. Safe to run at every start: what exists
 * is left as it is, and a topic that exists with another number of partitions is an error, because
 * its keys would live elsewhere.
 */
public final class TopicAdmin {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Admin admin;
  private final int partitions;
  private final short replication;

  /**
   * @param partitions of every topic, 1 or more
   * @param replication copies of every partition, at most the number of brokers
   */
  public TopicAdmin(Admin admin, int partitions, short replication) {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions must be 1 or more, not " + partitions);
    }
    this.admin = admin;
    this.partitions = partitions;
    this.replication = replication;
  }

  /**
   * Creates what is missing.
   *
   * @return names of the topics created now
   * @throws IllegalStateException when a topic exists with another number of partitions, or the
   *     broker refuses or does not answer within 30 seconds
   */
  public List<String> createMissing() {
    var created = new ArrayList<String>();
    var requests =
        Topics.all().stream()
            .map(
                topic ->
                    new NewTopic(topic.name(), Optional.of(partitions), Optional.of(replication))
                        .configs(topic.brokerConfiguration()))
            .toList();
    admin
        .createTopics(requests)
        .values()
        .forEach(
            (name, answer) -> {
              try {
                await(answer);
                created.add(name);
              } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                  throw new IllegalStateException(
                      "Topic " + name + " could not be created: " + e.getCause().getMessage(), e);
                }
              }
            });
    describe()
        .forEach(
            (name, description) -> {
              if (description.partitions().size() != partitions) {
                throw new IllegalStateException(
                    "Topic %s has %d partitions, the configuration says %d. The number is fixed for life: set it to %d."
                        .formatted(
                            name,
                            description.partitions().size(),
                            partitions,
                            description.partitions().size()));
              }
            });
    return created;
  }

  private Map<String, TopicDescription> describe() {
    // The controller's answer to "create" may be ahead of the broker that is asked.
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        return new HashMap<>(
            await(
                admin
                    .describeTopics(Topics.all().stream().map(Topic::name).toList())
                    .allTopicNames()));
      } catch (ExecutionException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("Topics could not be described: " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the broker", e);
    }
  }

  private static <T> T await(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the broker", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "The broker did not answer within " + TIMEOUT.toSeconds() + " s", e);
    }
  }
}
