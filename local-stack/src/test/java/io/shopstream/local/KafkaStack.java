package io.shopstream.local;

import io.shopstream.events.topics.TopicAdmin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * A real broker and a real registry for integration tests, started once a JVM:
 *
 * <pre>{@code
 * @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();
 *
 * @BeforeAll static void topics() { STACK.emptyTopics(4); }
 * }</pre>
 *
 * <p>Where a Docker engine answers they run in containers, otherwise in child processes on free
 * ports of the loopback interface, with their data in a temporary folder. The tests are the same.
 * They end with the JVM, however it ends.
 *
 * <p>A module that uses it needs three test dependencies: {@code local-stack}, its {@code test-jar}
 * and {@code org.testcontainers:testcontainers-kafka}; and to be packaged (or verified) together
 * with {@code local-stack} ({@code -am}), because the broker's jars are in its target folder.
 */
public final class KafkaStack implements BeforeAllCallback {

  private static final KafkaStack SHARED = new KafkaStack();
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private Backend backend;

  private KafkaStack() {}

  /** The one stack of this JVM. Classes that share it see each other's records. */
  public static KafkaStack shared() {
    return SHARED;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  private synchronized void start() {
    if (backend == null) {
      backend =
          DockerClientFactory.instance().isDockerAvailable()
              ? ContainerBackend.start()
              : EmbeddedBackend.start();
      Runtime.getRuntime().addShutdownHook(new Thread(backend::discard, "kafka-stack-end"));
    }
  }

  /** For the client configuration {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return started().bootstrapServers();
  }

  /** Root address of the registry, as {@code AvroSerdes.of} takes it. */
  public String registryUrl() {
    return started().registryUrl();
  }

  /** Creates the topics of the catalogue that are missing, with this number of partitions. */
  public void createTopics(int partitions) {
    try (var admin = admin()) {
      new TopicAdmin(admin, partitions, (short) 1).createMissing();
    }
  }

  /**
   * Deletes every topic, also those of Kafka Streams applications, and creates those of the
   * catalogue anew. For tests that must not see what others wrote; nothing may be running on the
   * stack.
   */
  public void emptyTopics(int partitions) {
    try (var admin = admin()) {
      var names = get(admin.listTopics().names());
      get(admin.deleteTopics(names).all());
      var deadline = System.nanoTime() + ANSWER.toNanos();
      while (!get(admin.listTopics().names()).isEmpty()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("Topics are still there: " + names);
        }
        Thread.onSpinWait();
      }
      new TopicAdmin(admin, partitions, (short) 1).createMissing();
    }
  }

  /** An admin client of the broker; the caller closes it. */
  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", List.of(bootstrapServers())));
  }

  /** Shuts the broker down and waits until it is gone. Its data and its address stay. */
  public void stopBroker() {
    started().stopBroker();
  }

  /** Starts the stopped broker on its old address with its old data and waits until it answers. */
  public void startBroker() {
    started().startBroker();
    try (var admin = admin()) {
      get(admin.describeCluster().nodes());
    }
  }

  /** Stops and starts the broker. */
  public void restartBroker() {
    stopBroker();
    startBroker();
  }

  private synchronized Backend started() {
    if (backend == null) {
      throw new IllegalStateException(
          "The stack is not started: register it as a static field with @RegisterExtension");
    }
    return backend;
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the broker", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The broker did not answer: " + e.getMessage(), e);
    }
  }

  /** Where the broker and the registry run. */
  interface Backend {

    String bootstrapServers();

    String registryUrl();

    void stopBroker();

    void startBroker();

    /** Ends everything as fast as it goes and deletes the data. */
    void discard();
  }
}
