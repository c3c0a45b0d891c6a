package io.shopstream.local.demo;

import io.shopstream.events.topics.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The ids of the items that the shop has published. */
final class CatalogueTopic {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private CatalogueTopic() {}

  /**
   * Reads the topic {@code catalog} to its present end.
   *
   * @throws IllegalStateException when the broker does not deliver it within a minute
   */
  static SortedSet<String> itemIds(String bootstrapServers) {
    Map<String, Object> client =
        Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false);
    try (var consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.CATALOG.name()).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var ids = new TreeSet<String>();
      var deadline = System.nanoTime() + LIMIT.toNanos();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("The catalogue could not be read within a minute");
        }
        for (var item : consumer.poll(Duration.ofMillis(500))) {
          if (item.value() == null) {
            ids.remove(item.key());
          } else {
            ids.add(item.key());
          }
        }
      }
      return ids;
    }
  }
}
