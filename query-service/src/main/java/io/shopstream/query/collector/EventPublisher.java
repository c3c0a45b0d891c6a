package io.shopstream.query.collector;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micronaut.context.annotation.Context;
import io.micronaut.health.HealthStatus;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.config.KafkaClients;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to Kafka: idempotent, acknowledged by all replicas. Never blocks: when the buffer
 * is full the event fails at once. What a first event would wait for (topics, metadata, schema ids)
 * is fetched at the start; until then the service is not ready.
 */
@Context
final class EventPublisher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);

  private static final List<Topic> WRITTEN =
      List.of(
          Topics.CLICKSTREAM,
          Topics.ORDERS,
          Topics.CATALOG,
          Topics.ORDER_OUTCOMES,
          Topics.IDENTITY_LINKS,
          Topics.ERASURES,
          Topics.RECOMMENDATION_IMPRESSIONS,
          Topics.FRAUD_MODEL_COMMANDS);

  /** What is there once Kafka and the registry have answered. */
  private record Ready(Producer<byte[], byte[]> producer, Map<Topic, WireFormat> formats) {}

  private final KafkaClients kafka;
  private final CollectorConfiguration config;
  private final MeterRegistry meters;
  private final Thread starter;
  private volatile Ready ready;

  EventPublisher(KafkaClients kafka, CollectorConfiguration config, MeterRegistry meters) {
    this.kafka = kafka;
    this.config = config;
    this.meters = meters;
    this.starter = new Thread(this::start, "publisher-start");
    starter.setDaemon(true);
    starter.start();
  }

  /** Up when events can be taken. */
  HealthStatus status() {
    return ready == null ? HealthStatus.DOWN : HealthStatus.UP;
  }

  /**
   * Writes one event.
   *
   * @param acknowledged called once, with null when Kafka has it for good, else with what failed
   */
  void publish(Topic topic, String key, SpecificRecord event, Consumer<Exception> acknowledged) {
    var to = ready;
    if (to == null) {
      acknowledged.accept(
          new TimeoutException("Kafka or the schema registry has not answered since the start"));
      return;
    }
    try {
      var value = to.formats().get(topic).encode(event);
      var unused =
          to.producer()
              .send(
                  new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), value),
                  (metadata, failure) -> acknowledged.accept(failure));
    } catch (RuntimeException e) { // thrown before the callback was taken over
      acknowledged.accept(e);
    }
  }

  private void start() {
    try {
      kafka.awaitTopics();
      while (ready == null) {
        try {
          ready = connect();
        } catch (RuntimeException e) {
          LOG.warn("Events cannot be taken yet, trying again: {}", e.getMessage());
          kafka.pauseBeforeRetry();
        }
      }
      LOG.info("Events are taken");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Ready connect() throws InterruptedException {
    var serdes = kafka.serdes();
    var formats = new HashMap<Topic, WireFormat>();
    for (var topic : WRITTEN) {
      // Fetches (and at the first start of all registers) the schema.
      formats.put(topic, WireFormat.of(topic, serdes));
    }
    var producer =
        new KafkaProducer<>(
            kafka.settings(settings()), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      for (var topic : WRITTEN) {
        awaitMetadata(producer, topic);
      }
      new KafkaClientMetrics(producer).bindTo(meters);
      return new Ready(producer, formats);
    } catch (RuntimeException | InterruptedException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  private static void awaitMetadata(Producer<byte[], byte[]> producer, Topic topic)
      throws InterruptedException {
    for (var attempts = 1; ; attempts++) {
      try {
        producer.partitionsFor(topic.name());
        return;
      } catch (TimeoutException e) {
        // Asked for in the background: max.block.ms is 0.
        if (attempts == 100) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  private Map<String, Object> settings() {
    return Map.ofEntries(
        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "query-service-collector"),
        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
        Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
        Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, config.bufferBytes()),
        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0L),
        // Metadata once fetched must not be forgotten: fetching it again would refuse an event.
        Map.entry(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(3650).toMillis()),
        Map.entry(
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) config.deliveryTimeout().toMillis()),
        Map.entry(
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) config.requestTimeout().toMillis()),
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, config.linger().toMillis()));
  }

  @Override
  @PreDestroy
  public void close() {
    starter.interrupt();
    var last = ready;
    if (last != null) {
      last.producer().close(config.deliveryTimeout());
      last.formats().values().forEach(WireFormat::close);
    }
  }
}
