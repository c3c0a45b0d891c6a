package io.shopstream.streams.runtime;

import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Kafka Streams application of this process, from its start to its close. */
public final class RunningApplication implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunningApplication.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** What an application is doing, in the words that readiness tells. */
  public enum Phase {
    STARTING,
    RESTORING,
    REBALANCING,
    RUNNING,
    STOPPED
  }

  /** Before a copy is known to have begun. */
  private static final Begin NONE = new Begin(0);

  private record StorePartition(String store, int partition) {}

  /**
   * The place in its changelog from which a copy was brought up to date; a new one each time it is
   * opened or begins to be brought up to date.
   */
  public static final class Begin {
    private final long offset;

    public Begin(long offset) {
      this.offset = offset;
    }

    /** Offset in the changelog; 0 for a copy that is made from nothing. */
    public long offset() {
      return offset;
    }
  }

  private final StreamsTopology topology;
  private final TopologyDescription shape;
  private final KafkaStreams streams;
  private final WatchedMetrics.Sink watched = new WatchedMetrics.Sink();
  private final Map<TopicPartition, Long> restoring = new ConcurrentHashMap<>();
  private final Map<StorePartition, Begin> begins = new ConcurrentHashMap<>();
  private final LongAdder changes = new LongAdder();
  private final LongAdder restoredRecords = new LongAdder();
  private volatile boolean hasRun;

  RunningApplication(StreamsTopology topology, Map<String, Object> config) {
    this.topology = topology;
    var properties = new Properties();
    properties.putAll(new HashMap<>(config));
    properties.put(RowStore.HOLDER, new Holdings());
    properties.put(
        StreamsConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of(WatchedMetrics.class.getName()));
    properties.put(WatchedMetrics.SINK, watched);
    var built = topology.build();
    shape = built.describe();
    streams =
        topology
            .urgency()
            .make(
                () -> new KafkaStreams(built, new StreamsConfig(properties), new StreamsClients()));
    streams.setGlobalStateRestoreListener(new RestoreProgress());
    streams.setStandbyUpdateListener(new StandbyProgress());
    streams.setStateListener(
        (now, before) -> {
          LOG.info("{}: {} → {}", topology.applicationId(), before, now);
          changes.increment();
          if (now == KafkaStreams.State.RUNNING) {
            hasRun = true;
          }
        });
    streams.setUncaughtExceptionHandler(
        exception -> {
          LOG.error("{}: a stream thread failed and is replaced", applicationId(), exception);
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
  }

  void start() {
    streams.start();
  }

  /** Ends an application that could not start, and deletes what it has on disk. */
  void discard() {
    streams.close(CLOSE_TIMEOUT);
    streams.cleanUp();
  }

  /** The application id. */
  public String applicationId() {
    return topology.applicationId();
  }

  /** What it is. */
  public StreamsTopology topology() {
    return topology;
  }

  /** Its processors and stores, as they were built. */
  public TopologyDescription shape() {
    return shape;
  }

  /** The topics that it reads, internal ones included, as the topology names them. */
  public Set<String> sourceTopics() {
    return topics(
        TopologyDescription.Source.class,
        source -> Stream.ofNullable(source.topicSet()).flatMap(Set::stream));
  }

  /** The topics that it writes, changelogs left out, as the topology names them. */
  public Set<String> sinkTopics() {
    return topics(TopologyDescription.Sink.class, sink -> Stream.ofNullable(sink.topic()));
  }

  private <N extends TopologyDescription.Node> Set<String> topics(
      Class<N> kind, Function<N, Stream<String>> topics) {
    return shape.subtopologies().stream()
        .flatMap(part -> part.nodes().stream())
        .filter(kind::isInstance)
        .map(kind::cast)
        .flatMap(topics)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The running Kafka Streams client. */
  public KafkaStreams streams() {
    return streams;
  }

  /** What {@link WatchedMetrics} keeps of its metrics and those of its clients. */
  public Collection<KafkaMetric> metrics() {
    return watched.metrics();
  }

  /** What it is doing now. */
  public Phase phase() {
    return switch (streams.state()) {
      case RUNNING -> restoring.isEmpty() ? Phase.RUNNING : Phase.RESTORING;
      case REBALANCING -> {
        if (!restoring.isEmpty()) {
          yield Phase.RESTORING;
        }
        yield hasRun ? Phase.REBALANCING : Phase.STARTING;
      }
      case CREATED -> Phase.STARTING;
      case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR -> Phase.STOPPED;
    };
  }

  /**
   * Records taken from changelogs since the start, to restore stores and to follow those of others.
   */
  public long restoredRecords() {
    return restoredRecords.sum();
  }

  /** Records still to be restored, as known at the last batch. */
  public long recordsToRestore() {
    return restoring.values().stream().mapToLong(Long::longValue).sum();
  }

  /** From where the copy of a partition held here was brought up to date last. */
  public Begin begin(String store, int partition) {
    return begins.getOrDefault(new StorePartition(store, partition), NONE);
  }

  /** Changes whenever what is held here, or as what, may have changed. */
  public long changes() {
    return changes.sum();
  }

  private void begun(String store, TopicPartition partition, long offset) {
    changes.increment();
    begins.put(new StorePartition(store, partition.partition()), new Begin(offset));
  }

  /**
   * Stops in order, with the state kept on disk. Where there are other instances this one leaves
   * the group, so that a standby takes over at once; alone it stays a member, and takes up its own
   * partitions again without a rebalance if it is back within the session time-out.
   */
  @Override
  public void close() {
    var operation =
        hasOthers()
            ? GroupMembershipOperation.LEAVE_GROUP
            : GroupMembershipOperation.REMAIN_IN_GROUP;
    if (!streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(operation))) {
      LOG.warn(
          "{} did not stop within {} s; its state will be restored at the next start",
          applicationId(),
          CLOSE_TIMEOUT.toSeconds());
    }
  }

  private boolean hasOthers() {
    try {
      return streams.metadataForAllStreamsClients().size() > 1;
    } catch (IllegalStateException e) {
      return false; // not running any more
    }
  }

  private final class Holdings implements RowStore.Holder {
    // Made anew it holds nothing, until it is told from where it is brought up to date.
    @Override
    public void opened(String store, int partition) {
      begins.put(new StorePartition(store, partition), new Begin(0));
      changes.increment();
    }

    @Override
    public void gone(String store, int partition) {
      changes.increment();
    }
  }

  private final class RestoreProgress implements StateRestoreListener {
    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
      begun(store, partition, from);
      if (to > from) {
        restoring.put(partition, to - from);
      }
    }

    @Override
    public void onBatchRestored(
        TopicPartition partition, String store, long endOffset, long restored) {
      restoredRecords.add(restored);
      restoring.computeIfPresent(partition, (p, left) -> Math.max(0, left - restored));
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
      restoring.remove(partition);
      changes.increment();
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long total) {
      restoring.remove(partition);
    }
  }

  private final class StandbyProgress implements StandbyUpdateListener {
    @Override
    public void onUpdateStart(TopicPartition partition, String store, long from) {
      begun(store, partition, from);
    }

    @Override
    public void onBatchLoaded(
        TopicPartition partition,
        String store,
        TaskId task,
        long batchEndOffset,
        long batchSize,
        long endOffset) {
      restoredRecords.add(batchSize);
    }

    @Override
    public void onUpdateSuspended(
        TopicPartition partition, String store, long offset, long endOffset, SuspendReason why) {
      // A copy that is promoted or moves away keeps what it has.
      changes.increment();
    }
  }
}
