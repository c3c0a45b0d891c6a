package io.shopstream.bench.backbone;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How far a consumer group has committed one topic. */
public final class StageProgress implements AutoCloseable {

  private static final int TAIL_RECORDS = 64;
  private static final Duration POLL = Duration.ofMillis(100);

  private final Admin admin;
  private final String group;
  private final String topic;
  private final List<TopicPartition> partitions;
  private final KafkaConsumer<byte[], byte[]> tail;

  /**
   * Begins to follow a group.
   *
   * @param round whose broker is asked
   * @param group consumer group
   * @param topic its input
   */
  public StageProgress(Round round, String group, String topic) {
    this(round.admin(), round.bootstrapServers(), round.partitions(), group, topic);
  }

  /**
   * Begins to follow a group of any cluster.
   *
   * @param admin stays open when this is closed
   * @param partitionCount number of partitions of the topic
   * @param group consumer group
   * @param topic its input
   */
  public StageProgress(
      Admin admin, String bootstrapServers, int partitionCount, String group, String topic) {
    this.admin = admin;
    this.group = group;
    this.topic = topic;
    this.partitions =
        IntStream.range(0, partitionCount)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    this.tail =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Whether the group has its members and they their partitions. */
  public boolean isAssigned() {
    try {
      var description = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      return description.groupState() == GroupState.STABLE && !description.members().isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking the broker", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw new IllegalStateException("The broker refuses: " + e.getCause().getMessage(), e);
    }
  }

  /** Sum of the offsets committed, over all partitions. */
  public long committed() {
    return committedOffsets().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether everything before the given ends is committed. */
  public boolean isBeyond(Map<TopicPartition, Long> ends) {
    var committed = committedOffsets();
    return ends.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private Map<TopicPartition, Long> committedOffsets() {
    var offsets = new HashMap<TopicPartition, Long>();
    Answers.await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topic) && offset != null) {
                offsets.put(partition, offset.offset());
              }
            });
    return offsets;
  }

  /**
   * Where the records end, as the offset behind the last one of each partition. The end of the
   * partition itself will not do: transactions leave marks there, which take an offset each and are
   * no records.
   */
  public Map<TopicPartition, Long> recordEnds() {
    var ends = logEnds();
    var recordEnds = new HashMap<TopicPartition, Long>();
    for (var window = (long) TAIL_RECORDS; !ends.isEmpty(); window *= 4) {
      var found = lastRecords(ends, window);
      recordEnds.putAll(found);
      ends.keySet().removeAll(found.keySet());
      // What the window reached back to the beginning of is empty.
      var reached = window;
      ends.values().removeIf(end -> end <= reached);
    }
    return recordEnds;
  }

  private Map<TopicPartition, Long> logEnds() {
    var request =
        partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest()));
    var ends = new HashMap<TopicPartition, Long>();
    Answers.await(admin.listOffsets(request).all())
        .forEach((partition, result) -> ends.put(partition, result.offset()));
    ends.values().removeIf(end -> end == 0);
    return ends;
  }

  private Map<TopicPartition, Long> lastRecords(Map<TopicPartition, Long> ends, long window) {
    var last = new HashMap<TopicPartition, Long>();
    tail.assign(ends.keySet());
    ends.forEach((partition, end) -> tail.seek(partition, Math.max(0, end - window)));
    while (ends.entrySet().stream().anyMatch(end -> tail.position(end.getKey()) < end.getValue())) {
      for (var record : tail.poll(POLL)) {
        last.merge(
            new TopicPartition(record.topic(), record.partition()), record.offset() + 1, Math::max);
      }
    }
    return last;
  }

  @Override
  public void close() {
    tail.close();
  }
}
