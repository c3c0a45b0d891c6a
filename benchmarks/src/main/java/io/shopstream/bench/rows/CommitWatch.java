package io.shopstream.bench.rows;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;

/**
 * Notes when a Kafka Streams application commits: from the end of the last record before the commit
 * until the transaction is committed. Stores are flushed within.
 */
final class CommitWatch implements KafkaClientSupplier {

  private final Queue<Window> windows = new ConcurrentLinkedQueue<>();
  private volatile long lastRecordNanos = System.nanoTime();

  /**
   * A time in which the application committed.
   *
   * @param fromNanos as {@link System#nanoTime} tells it
   */
  record Window(long fromNanos, long toNanos) {
    double millis() {
      return (toNanos - fromNanos) / 1e6;
    }

    boolean overlaps(long from, long to) {
      return from - toNanos < 0 && fromNanos - to < 0;
    }
  }

  /** Lets this watch see when the records of a source have been processed. */
  void watch(Topology topology, String source) {
    topology.addProcessor(
        "commit-watch",
        () -> (Processor<Object, Object, Void, Void>) record -> lastRecordNanos = System.nanoTime(),
        source);
  }

  /** All commits so far. */
  Iterable<Window> windows() {
    return windows;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public void commitTransaction() {
        super.commitTransaction();
        windows.add(new Window(lastRecordNanos, System.nanoTime()));
      }
    };
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return consumer(config);
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
}
