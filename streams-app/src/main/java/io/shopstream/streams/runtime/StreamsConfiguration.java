package io.shopstream.streams.runtime;

import io.shopstream.events.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** How Kafka Streams is told what all applications of a process have in common. */
public final class StreamsConfiguration {

  /**
   * A member that its group has not heard of for so long is taken for dead, and another takes over.
   * Shorter is a shorter pause after a crash; a process that is merely stopped for a while, by a
   * collector or a crowded machine, should not be taken for dead.
   */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(8);

  /** Four heartbeats may be lost. */
  private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(1_500);

  /**
   * A request that nobody answered for so long is sent again, to whom it belongs by then. A broker
   * that hung still holds what it was asked before: when it goes on it has missed its members for
   * too long, and would tell who waited for it until then that they are members no more, though
   * another broker has had their group for long. They would give up their stores.
   */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

  /**
   * The same for what belongs to a transaction, which takes its steps one after the other, each to
   * a coordinator that is looked for only when it does not answer. All of them together should be
   * over before a broker that hung goes on and says that there is no such transaction.
   */
  private static final Duration TRANSACTION_REQUEST_TIMEOUT = Duration.ofSeconds(3);

  /**
   * The broker refuses what belongs to the next transaction while it is still at work on the end of
   * the last. Asked again after the usual 100 ms, everything in between had come to nothing; each
   * further time takes twice as long as the one before.
   */
  private static final Duration FIRST_RETRY = Duration.ofMillis(5);

  /**
   * A broker may be away, or another take over from it, for so long without costing a transaction,
   * and with it the stores of who began it. {@link AbandonedTransactions} ends those of the dead.
   */
  private static final long TRANSACTION_TIMEOUT_MS = Duration.ofMinutes(1).toMillis();

  /**
   * Nobody sees a record before its transaction commits, and the commit sends what waits. Sent
   * earlier, each partition's records leave in a request of their own, a few at a time.
   */
  private static final Duration LINGER = Duration.ofMillis(100);

  /** A thread that has not come back for its next records after so long is stuck. */
  private static final Duration LONGEST_BATCH = Duration.ofMinutes(2);

  private StreamsConfiguration() {}

  /**
   * What an application that is in no hurry for single records adds to its configuration: a fetch
   * waits for so many bytes, so that each brings many records, but no longer than for a while.
   */
  public static Map<String, Object> fetchedTogether(int bytes, Duration longestWait) {
    return Map.of(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG),
        bytes,
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
        (int) longestWait.toMillis());
  }

  /**
   * The configuration of one application.
   *
   * @param advertised how other processes reach this instance, host:port
   */
  public static Map<String, Object> of(
      KafkaSettings kafka,
      StreamsSettings settings,
      String applicationId,
      Tuning tuning,
      String advertised) {
    var config = new HashMap<String, Object>();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, advertised);
    config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, tuning.threads());
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, tuning.commitIntervalMs());
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, kafka.replication());
    config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
    // The row stores have their own table in front; a second one would only hold locks.
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    config.put(BoundedRocksDb.MEMORY_MB, settings.rocksdbMemoryMb());
    config.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    // Thousands of figures are told at /prometheus; nobody asks for them a second and third time.
    config.put(StreamsConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
    config.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    config.put(StreamsConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
    // A member that comes back within its session time-out takes up its own partitions again.
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        advertised.replace(':', '-'));
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) SESSION_TIMEOUT.toMillis());
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) HEARTBEAT_INTERVAL.toMillis());
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
        (int) LONGEST_BATCH.toMillis());
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1_000);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG),
        (int) TRANSACTION_REQUEST_TIMEOUT.toMillis());
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
        FIRST_RETRY.toMillis());
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) Math.max(TRANSACTION_TIMEOUT_MS, 2 * tuning.commitIntervalMs()));
    config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), (int) LINGER.toMillis());
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 48L * 1024 * 1024);
    // Whatever came in can be passed on.
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Topic.LARGEST_DERIVED_BYTES);
    config.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(Topic.LARGEST_DERIVED_BYTES));
    config.putAll(kafka.clientProperties());
    return config;
  }
}
