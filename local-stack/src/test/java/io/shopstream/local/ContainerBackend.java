package io.shopstream.local;

import io.shopstream.local.process.Ports;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/** Broker and registry in containers. */
final class ContainerBackend implements KafkaStack.Backend {

  private static final int KAFKA_PORT = 9092;
  private static final int REGISTRY_PORT = 8080;

  private final KafkaContainer broker = new KafkaContainer("apache/kafka:4.3.1");
  private final GenericContainer<?> registry =
      new GenericContainer<>(DockerImageName.parse("apicurio/apicurio-registry:3.0.9"))
          .withExposedPorts(REGISTRY_PORT)
          .waitingFor(Wait.forHttp("/health/ready").withStartupTimeout(Duration.ofMinutes(2)));

  private ContainerBackend() {
    // A port of our own choice: one that the engine chooses is another one after a restart.
    broker.setPortBindings(List.of(Ports.free() + ":" + KAFKA_PORT));
    broker.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    broker.withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "200");
  }

  static ContainerBackend start() {
    var backend = new ContainerBackend();
    Startables.deepStart(backend.broker, backend.registry).join();
    return backend;
  }

  @Override
  public String bootstrapServers() {
    return broker.getBootstrapServers();
  }

  @Override
  public String registryUrl() {
    return "http://" + registry.getHost() + ":" + registry.getMappedPort(REGISTRY_PORT);
  }

  @Override
  public void stopBroker() {
    broker.getDockerClient().stopContainerCmd(broker.getContainerId()).exec();
  }

  @Override
  public void startBroker() {
    broker.getDockerClient().startContainerCmd(broker.getContainerId()).exec();
  }

  @Override
  public void discard() {
    broker.stop();
    registry.stop();
  }
}
