package io.shopstream.streams.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Leaves out of {@code /prometheus} what Kafka's clients and Kafka Streams tell of each task,
 * processor, store, topic, partition and broker by itself. These are some ten thousand figures in
 * an instance that holds six partitions, in which those of applications, threads and clients were
 * hard to find; what matters of tasks, topics and stores {@link InstanceMetrics} shows.
 */
@Singleton
final class KafkaMeterFilter implements MeterFilter {

  private static final String KAFKA = "kafka.";

  private static final Set<String> DETAILS =
      Set.of("task.id", "processor.node.id", "topic", "partition", "node.id");

  /** Of Kafka Streams, after the kind of the store. */
  private static final String STORE = "state.id";

  private final boolean detailed;

  KafkaMeterFilter(ReportSettings settings) {
    this.detailed = settings.kafkaDetails();
  }

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    return detailed
            || !id.getName().startsWith(KAFKA)
            || id.getTags().stream().noneMatch(KafkaMeterFilter::isDetail)
        ? MeterFilterReply.NEUTRAL
        : MeterFilterReply.DENY;
  }

  private static boolean isDetail(Tag tag) {
    return DETAILS.contains(tag.getKey()) || tag.getKey().endsWith(STORE);
  }
}
