package io.shopstream.local.demo;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How many records a consumer group has not committed yet. */
public final class ConsumerLag implements AutoCloseable {

  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Ends of transactions take offsets too; so few are looked at one by one. */
  private static final long FEW = 1000;

  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> records;

  public ConsumerLag(String bootstrapServers) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.records =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /**
   * Records that the group still has to read, over all partitions it is subscribed to or has ever
   * committed.
   *
   * @throws IllegalStateException when the broker does not answer within 30 seconds
   */
  public long records(String group) {
    // The order matters: what is committed is read before where the partitions end. Then 0 means
    // that at the time of the first reading nothing was under way from one topic to the next.
    var committed = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    var partitions = new HashSet<>(committed.keySet());
    get(admin.describeConsumerGroups(List.of(group)).all())
        .get(group)
        .members()
        .forEach(member -> partitions.addAll(member.assignment().topicPartitions()));
    var ends = offsets(partitions, OffsetSpec.latest());
    var beginnings = offsets(partitions, OffsetSpec.earliest());
    var behind = new HashMap<TopicPartition, Long>();
    for (var partition : partitions) {
      var offset = committed.get(partition);
      var position = offset == null ? beginnings.get(partition) : offset.offset();
      if (position < ends.get(partition)) {
        behind.put(partition, position);
      }
    }
    var lag =
        behind.entrySet().stream()
            .mapToLong(entry -> ends.get(entry.getKey()) - entry.getValue())
            .sum();
    return lag > FEW || lag == 0 ? lag : count(behind, ends);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec spec) {
    var request = new HashMap<TopicPartition, OffsetSpec>();
    partitions.forEach(partition -> request.put(partition, spec));
    var offsets = new HashMap<TopicPartition, Long>();
    get(admin.listOffsets(request).all())
        .forEach((partition, result) -> offsets.put(partition, result.offset()));
    return offsets;
  }

  /** Records between a position and the end; the marks that end a transaction are none. */
  private long count(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
    records.assign(positions.keySet());
    positions.forEach(records::seek);
    var count = 0L;
    var deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (positions.keySet().stream().anyMatch(one -> records.position(one) < ends.get(one))) {
      if (System.nanoTime() > deadline) {
        return Math.max(1, count); // a transaction is open
      }
      count += records.poll(Duration.ofMillis(100)).count();
    }
    return count;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking the broker", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker refuses: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "The broker did not answer within " + ANSWER.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    records.close();
    admin.close();
  }
}
