package io.shopstream.query.ops;

import io.shopstream.events.InstanceReport;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the consumers of streams-app read, as its instances told last. A position outlives the
 * instance that told it, until another one tells where it goes on. On one thread.
 */
final class Positions {

  private record Told(long offset, long timeMs) {}

  private record Key(String group, TopicPartition partition) {}

  // As many as partitions that the applications read.
  private final Map<Key, Told> told = new HashMap<>();

  /** Takes a report; an older one than what is known changes nothing. */
  void add(InstanceReport report) {
    for (var application : report.getApplications()) {
      for (var position : application.getPositions()) {
        told.merge(
            new Key(
                application.getApplication(),
                new TopicPartition(position.getTopic(), position.getPartition())),
            new Told(position.getOffset(), report.getTimeMs()),
            (known, more) -> more.timeMs() >= known.timeMs() ? more : known);
      }
    }
  }

  /**
   * Where a group reads.
   *
   * @param committed what it has committed, which it must have read
   * @return nothing for a group that is none of streams-app's
   */
  OptionalLong of(String group, TopicPartition partition, long committed) {
    var known = told.get(new Key(group, partition));
    return known == null
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(committed, known.offset()));
  }
}
