package io.shopstream.load.replay;

import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.TopicAdmin;
import io.shopstream.load.datasets.ShopEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes events into Kafka with one idempotent producer: retries neither double a record nor
 * change the order within a partition. The producer's buffer bounds what is under way.
 */
final class KafkaSink implements EventSink {

  private static final Duration AT_ONCE = Duration.ofSeconds(3);
  private static final String DELIVERY_TIMEOUT_MS = "120000";

  private final String clusterId;
  private final Producer<String, SpecificRecord> producer;

  private KafkaSink(String clusterId, Producer<String, SpecificRecord> producer) {
    this.clusterId = clusterId;
    this.producer = producer;
  }

  /**
   * Connects, and creates the topics of the catalogue that are missing.
   *
   * @param patience how long the broker and the registry may each take to answer
   * @throws ReplayException when the broker or the registry does not answer, or its topics do not
   *     fit
   */
  static KafkaSink connect(KafkaEnvironment environment, Duration patience)
      throws ReplayException, InterruptedException {
    var clusterId = prepareTopics(environment, patience);
    probeRegistry(environment.registryUrl(), patience);
    var config = new HashMap<String, Object>();
    config.put(ProducerConfig.CLIENT_ID_CONFIG, "shopstream-replay");
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5");
    config.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.putAll(environment.clientConfig());
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
    var serializer =
        AvroSerdes.of(environment.registryUrl(), environment.clientConfig())
            .serializer(SpecificRecord.class);
    return new KafkaSink(
        clusterId, new KafkaProducer<>(config, new StringSerializer(), serializer));
  }

  private static String prepareTopics(KafkaEnvironment environment, Duration patience)
      throws ReplayException, InterruptedException {
    var config = new HashMap<String, Object>(environment.clientConfig());
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, environment.bootstrapServers());
    config.put(AdminClientConfig.CLIENT_ID_CONFIG, "shopstream-replay-admin");
    Admin admin = null;
    try {
      admin = Admin.create(config);
      var id = await(admin.describeCluster().clusterId(), environment, patience);
      new TopicAdmin(admin, environment.partitions(), environment.replication()).createMissing();
      return id;
    } catch (TimeoutException | ExecutionException e) {
      throw new ReplayException(
          "No Kafka broker answered at %s within %d s. Start one with ./shopstream up, or name one in KAFKA_BOOTSTRAP_SERVERS."
              .formatted(environment.bootstrapServers(), patience.toSeconds()),
          e);
    } catch (KafkaException e) {
      throw new ReplayException(
          "The Kafka client cannot be set up for %s: %s. Look at KAFKA_BOOTSTRAP_SERVERS and KAFKA_CLIENT_CONFIG."
              .formatted(environment.bootstrapServers(), rootMessage(e)),
          e);
    } catch (IllegalStateException e) {
      throw new ReplayException(e.getMessage(), e);
    } finally {
      if (admin != null) {
        // Without a broker, an orderly end would wait a minute for its answer.
        admin.close(Duration.ZERO);
      }
    }
  }

  /** Says that it waits when the answer does not come at once. */
  private static String await(
      KafkaFuture<String> answer, KafkaEnvironment environment, Duration patience)
      throws InterruptedException, ExecutionException, TimeoutException {
    var deadline = System.nanoTime() + patience.toNanos();
    try {
      return answer.get(Math.min(AT_ONCE.toNanos(), patience.toNanos() / 2), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      System.err.printf("Waiting for Kafka at %s …%n", environment.bootstrapServers());
      return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * The serializer would find out too, but only with the first event and a long stack of causes.
   */
  private static void probeRegistry(String url, Duration patience)
      throws ReplayException, InterruptedException {
    try {
      HttpClient.newBuilder()
          .connectTimeout(patience)
          .build()
          .send(
              HttpRequest.newBuilder(URI.create(url)).timeout(patience).build(),
              HttpResponse.BodyHandlers.discarding());
    } catch (IOException | IllegalArgumentException e) {
      throw new ReplayException(
          "No schema registry answered at %s (%s). Start one with ./shopstream up, or name one in SCHEMA_REGISTRY_URL."
              .formatted(url, e),
          e);
    }
  }

  private static String rootMessage(Throwable thrown) {
    var cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  @Override
  public String target() {
    return "kafka-" + clusterId;
  }

  @Override
  public void send(ShopEvent event, Receipt receipt) {
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(event.topic().name(), event.key(), event.value()),
              (metadata, thrown) -> {
                if (thrown == null) {
                  receipt.accepted();
                } else if (thrown instanceof RecordTooLargeException) {
                  receipt.refused(event, thrown.getMessage());
                } else {
                  receipt.failed(thrown);
                }
              });
    } catch (SerializationException e) {
      receipt.refused(event, rootMessage(e));
    } catch (KafkaException e) {
      receipt.failed(e);
    }
  }

  @Override
  public void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }
}
