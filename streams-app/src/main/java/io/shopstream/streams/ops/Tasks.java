package io.shopstream.streams.ops;

import io.shopstream.events.ConsumerPosition;
import io.shopstream.events.TaskReport;
import io.shopstream.streams.runtime.RunningApplication;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.processor.TaskId;

/** What an application works on in this instance, and where it stands in it. */
record Tasks(List<TaskMetadata> active, List<TaskMetadata> standby) {

  private static final Comparator<TaskReport> IN_ORDER =
      Comparator.comparing(TaskReport::getStandby)
          .thenComparing(TaskReport::getSubtopology)
          .thenComparing(TaskReport::getPartition);

  /** The tasks of now; none before the application has started. */
  static Tasks of(RunningApplication application) {
    var active = new ArrayList<TaskMetadata>();
    var standby = new ArrayList<TaskMetadata>();
    try {
      for (var thread : application.streams().metadataForLocalThreads()) {
        active.addAll(thread.activeTasks());
        standby.addAll(thread.standbyTasks());
      }
    } catch (StreamsNotStartedException | IllegalStateException e) {
      return new Tasks(List.of(), List.of());
    }
    return new Tasks(active, standby);
  }

  List<TaskReport> reports() {
    var reports = new ArrayList<TaskReport>();
    active.forEach(task -> reports.add(report(task.taskId(), false)));
    standby.forEach(task -> reports.add(report(task.taskId(), true)));
    reports.sort(IN_ORDER);
    return reports;
  }

  private static TaskReport report(TaskId task, boolean standby) {
    return new TaskReport(task.subtopology(), task.partition(), standby);
  }

  /**
   * Where the consumers read: behind the last record that they took, else where the group had
   * committed when they began.
   */
  List<ConsumerPosition> positions() {
    var positions = new ArrayList<ConsumerPosition>();
    for (var task : active) {
      var last = task.endOffsets();
      var committed = task.committedOffsets();
      for (var partition : task.topicPartitions()) {
        var position =
            Math.max(last.getOrDefault(partition, -1L) + 1, committed.getOrDefault(partition, -1L));
        if (position > 0) {
          positions.add(new ConsumerPosition(partition.topic(), partition.partition(), position));
        }
      }
    }
    positions.sort(
        Comparator.comparing(ConsumerPosition::getTopic)
            .thenComparing(ConsumerPosition::getPartition));
    return positions;
  }

  /**
   * Changelog records that the standbys have not taken yet, by store.
   *
   * @param lags of all stores of the instance, by store and partition
   */
  Map<String, Long> standbyLag(TopologyDescription shape, Map<String, Map<Integer, LagInfo>> lags) {
    var followed = new HashMap<String, Set<Integer>>();
    for (var task : standby) {
      for (var store : stores(shape, task.taskId().subtopology())) {
        followed.computeIfAbsent(store, unused -> new HashSet<>()).add(task.taskId().partition());
      }
    }
    var behind = new HashMap<String, Long>();
    followed.forEach(
        (store, partitions) ->
            lags.getOrDefault(store, Map.of())
                .forEach(
                    (partition, lag) -> {
                      if (partitions.contains(partition)) {
                        behind.merge(store, lag.offsetLag(), Long::sum);
                      }
                    }));
    return behind;
  }

  private static Set<String> stores(TopologyDescription shape, int subtopology) {
    var stores = new HashSet<String>();
    for (var part : shape.subtopologies()) {
      if (part.id() == subtopology) {
        for (var node : part.nodes()) {
          if (node instanceof TopologyDescription.Processor processor) {
            stores.addAll(processor.stores());
          }
        }
      }
    }
    return stores;
  }
}
