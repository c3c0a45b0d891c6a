package io.shopstream.streams.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Runs the applications of this process side by side, each with its own consumer group, commit
 * interval and threads, so that a slow or failing one does not stop the others.
 */
@Context
public final class StreamsRuntime {

  private final KafkaSettings kafka;
  private final StreamsSettings settings;
  private final MeterRegistry meters;
  private final List<StreamsTopology> topologies;
  private final List<KafkaStreamsMetrics> metrics = new ArrayList<>();
  private volatile List<RunningApplication> running = List.of();

  /**
   * Nothing runs before the server listens, because its address is part of the group's metadata.
   */
  public StreamsRuntime(
      KafkaSettings kafka,
      StreamsSettings settings,
      MeterRegistry meters,
      List<StreamsTopology> topologies) {
    this.kafka = kafka;
    this.settings = settings;
    this.meters = meters;
    this.topologies = topologies;
  }

  /** The applications that were started; empty before the server listens. */
  public List<RunningApplication> applications() {
    return running;
  }

  @EventListener
  void start(ServerStartupEvent event) {
    var server = event.getSource();
    var started = new ArrayList<RunningApplication>();
    for (var topology : topologies) {
      var application = new RunningApplication(topology, configuration(topology, server));
      register(application);
      application.start();
      started.add(application);
    }
    running = List.copyOf(started);
  }

  private void register(RunningApplication application) {
    var streamsMetrics = new KafkaStreamsMetrics(application.streams());
    streamsMetrics.bindTo(meters);
    metrics.add(streamsMetrics);
    meters.gauge(
        "shopstream.restore.remaining.records",
        List.of(Tag.of("application", application.applicationId())),
        application,
        RunningApplication::recordsToRestore);
  }

  @PreDestroy
  void stop() {
    running.parallelStream().forEach(RunningApplication::close);
    metrics.forEach(KafkaStreamsMetrics::close);
  }

  private Map<String, Object> configuration(StreamsTopology topology, EmbeddedServer server) {
    var advertised = settings.advertisedHost() + ":" + server.getPort();
    var config = new HashMap<String, Object>();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, topology.applicationId());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, advertised);
    config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, topology.tuning().threads());
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, topology.tuning().commitIntervalMs());
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, kafka.replication());
    config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
    // The row stores have their own table in front; a second one would only hold locks.
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    config.put(BoundedRocksDb.MEMORY_MB, settings.rocksdbMemoryMb());
    config.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    config.put(
        DeadLetterHandler.SINK, new DeadLetterHandler.Sink(meters, topology.applicationId()));
    // A member that comes back within its session time-out takes up its own partitions again.
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        advertised.replace(':', '-'));
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1_000);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // A transaction left by a dead process blocks read-committed readers for this long.
    config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 15_000);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 48L * 1024 * 1024);
    config.putAll(kafka.clientProperties());
    return config;
  }
}
