package io.shopstream.streams.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The Kafka clients of an application, as Kafka Streams makes them itself but for two things: a
 * consumer tells of its polls (see {@link LoneSources}), and a transactional producer is not
 * flushed once a task.
 *
 * <p>At a commit Kafka Streams flushes the producer for each of a thread's tasks in turn, and waits
 * each time until the broker has acknowledged everything. Committing the transaction sends and
 * awaits all that was not sent, and fails when any of it failed ({@link
 * KafkaProducer#commitTransaction}), so that these waits add nothing but time: with six tasks a
 * commit took twice as long with them.
 */
public final class StreamsClients implements KafkaClientSupplier {

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) == null
        ? new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())
        : new FlushedByCommit(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new MainConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Tells its thread's {@link LoneSources} of each poll. */
  private static final class MainConsumer extends KafkaConsumer<byte[], byte[]> {

    MainConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      var records = super.poll(timeout);
      LoneSources.polled(records, this::currentLag);
      return records;
    }
  }

  /**
   * Leaves waiting for what is sent to the commit of the transaction; sends it while the offsets,
   * which come first, are on their way.
   */
  private static final class FlushedByCommit extends KafkaProducer<byte[], byte[]> {

    private final ExecutorService sending =
        Executors.newSingleThreadExecutor(
            work -> {
              var thread = new Thread(work, "send-before-commit");
              thread.setDaemon(true);
              return thread;
            });

    FlushedByCommit(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void flush() {
      // What is not sent yet goes with the next task's records, or with the commit.
    }

    @Override
    public void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
      sending.execute(super::flush);
      super.sendOffsetsToTransaction(offsets, group);
    }

    @Override
    public void close(Duration timeout) {
      sending.shutdown();
      super.close(timeout);
    }
  }
}
