package io.shopstream.query.ops;

import io.shopstream.query.config.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers for the offsets of all consumer groups. One thread at a time. */
final class GroupOffsets implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroupOffsets.class);
  private static final Duration FETCH = Duration.ofMillis(500);

  /** A place in a partition. */
  record Position(TopicPartition partition, long offset) {}

  /** A group: its state, and what it has committed. */
  record Group(String state, Map<TopicPartition, Long> committed) {}

  /**
   * What the brokers said.
   *
   * @param ends one beyond the last record that readers of committed records may see
   */
  record Seen(long timeMs, Map<String, Group> groups, Map<TopicPartition, Long> ends) {

    /** Where groups stand before the end: by what they committed, and by what they read. */
    Set<Position> behind(Positions positions) {
      var behind = new HashSet<Position>();
      groups.forEach(
          (name, group) ->
              group
                  .committed()
                  .forEach(
                      (partition, committed) -> {
                        var end = ends.getOrDefault(partition, 0L);
                        if (committed < end) {
                          behind.add(new Position(partition, committed));
                        }
                        var position = positions.of(name, partition, committed);
                        if (position.isPresent() && position.getAsLong() < end) {
                          behind.add(new Position(partition, position.getAsLong()));
                        }
                      }));
      return behind;
    }
  }

  private final KafkaClients kafka;
  private final Clock clock;
  private final Duration timeout;
  private Admin admin;
  private KafkaConsumer<byte[], byte[]> reader;

  GroupOffsets(KafkaClients kafka, Clock clock, Duration timeout) {
    this.kafka = kafka;
    this.clock = clock;
    this.timeout = timeout;
  }

  /**
   * Asks.
   *
   * @param topics whose ends are wanted, whether a group reads them or not
   * @throws IllegalStateException when the brokers do not answer in time
   */
  Seen look(Collection<TopicPartition> topics) throws InterruptedException {
    var asked = admin();
    var listed = get(asked.listGroups(ListGroupsOptions.forConsumerGroups()).valid());
    var committed =
        get(
            asked
                .listConsumerGroupOffsets(
                    listed.stream()
                        .collect(
                            Collectors.toMap(
                                GroupListing::groupId,
                                unused -> new ListConsumerGroupOffsetsSpec())))
                .all());
    var groups = new HashMap<String, Group>();
    var partitions = new HashSet<>(topics);
    for (var group : listed) {
      var offsets = new HashMap<TopicPartition, Long>();
      committed
          .get(group.groupId())
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  offsets.put(partition, offset.offset());
                }
              });
      partitions.addAll(offsets.keySet());
      groups.put(
          group.groupId(),
          new Group(group.groupState().map(Object::toString).orElse("Unknown"), offsets));
    }
    var ends = ends(asked, partitions);
    return new Seen(clock.millis(), groups, ends);
  }

  private Map<TopicPartition, Long> ends(Admin asked, Collection<TopicPartition> partitions)
      throws InterruptedException {
    var found =
        asked.listOffsets(
            partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
    var ends = new HashMap<TopicPartition, Long>();
    for (var partition : partitions) {
      try {
        ends.put(partition, get(found.partitionResult(partition)).offset());
      } catch (IllegalStateException e) {
        LOG.debug("{} has offsets but no log; it was deleted", partition);
      }
    }
    return ends;
  }

  /**
   * When the first record at or after each position was appended; empty when only markers of
   * transactions are left. A position that cannot be read in time is not in the answer.
   */
  Map<Position, OptionalLong> appendTimes(
      List<Position> positions, Map<TopicPartition, Long> ends) {
    var found = new HashMap<Position, OptionalLong>();
    // Groups may stand at different places of one partition: one place after the other.
    var left = new HashSet<>(positions);
    while (!left.isEmpty()) {
      var byPartition = new HashMap<TopicPartition, Position>();
      left.forEach(position -> byPartition.putIfAbsent(position.partition(), position));
      left.removeAll(byPartition.values());
      found.putAll(read(byPartition, ends));
    }
    return found;
  }

  private Map<Position, OptionalLong> read(
      Map<TopicPartition, Position> byPartition, Map<TopicPartition, Long> ends) {
    var found = new HashMap<Position, OptionalLong>();
    var from = reader();
    from.assign(byPartition.keySet());
    byPartition.forEach((partition, position) -> from.seek(partition, position.offset()));
    var deadline = System.nanoTime() + timeout.toNanos();
    while (found.size() < byPartition.size() && System.nanoTime() < deadline) {
      var records = from.poll(FETCH);
      for (var partition : records.partitions()) {
        var first = records.records(partition).get(0);
        found.putIfAbsent(byPartition.get(partition), OptionalLong.of(first.timestamp()));
        from.pause(List.of(partition));
      }
      byPartition.forEach(
          (partition, position) -> {
            if (from.position(partition) >= ends.get(partition)) {
              found.putIfAbsent(position, OptionalLong.empty());
            }
          });
    }
    from.unsubscribe();
    return found;
  }

  private Admin admin() {
    if (admin == null) {
      admin =
          Admin.create(
              kafka.settings(
                  Map.of(
                      AdminClientConfig.CLIENT_ID_CONFIG, "query-service-ops",
                      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis(),
                      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis())));
    }
    return admin;
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    if (reader == null) {
      reader =
          new KafkaConsumer<>(
              kafka.settings(
                  Map.of(
                      ConsumerConfig.CLIENT_ID_CONFIG,
                      "query-service-ops",
                      ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                      "read_committed",
                      ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                      "earliest",
                      ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                      false,
                      ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                      100,
                      // A batch is sent whole all the same; no more than that is wanted.
                      ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                      1_024,
                      ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                      (int) timeout.toMillis())),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
    }
    return reader;
  }

  private <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "no answer from Kafka within " + timeout.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    try {
      if (reader != null) {
        reader.close(CloseOptions.timeout(timeout));
      }
    } catch (KafkaException e) {
      // The process ends anyway.
      reader = null;
    }
    if (admin != null) {
      admin.close(timeout);
    }
  }
}
