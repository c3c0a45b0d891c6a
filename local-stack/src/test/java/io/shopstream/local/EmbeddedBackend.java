package io.shopstream.local;

import io.shopstream.local.broker.Broker;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import io.shopstream.local.registry.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;

/** Broker and registry in child processes, with their data in a temporary folder. */
final class EmbeddedBackend implements KafkaStack.Backend {

  private static final Duration READY = Duration.ofMinutes(2);

  private final Path folder;
  private final Broker broker;
  private final Registry registry;
  private final ChildProcess registryProcess;
  private ChildProcess brokerProcess;

  private EmbeddedBackend(Path folder) {
    this.folder = folder;
    var installation = Installation.find();
    this.broker =
        new Broker(
            installation,
            folder.resolve("broker"),
            folder.resolve("broker.log"),
            Ports.free(),
            Ports.free());
    this.registry =
        new Registry(
            installation, folder.resolve("registry"), folder.resolve("registry.log"), Ports.free());
    this.registryProcess = registry.start(Lifetime.WITH_PARENT);
    this.brokerProcess = broker.start(Lifetime.WITH_PARENT);
  }

  static EmbeddedBackend start() {
    try {
      var backend = new EmbeddedBackend(Files.createTempDirectory("shopstream-test-"));
      backend.broker.awaitReady(backend.brokerProcess, READY);
      backend.registry.awaitReady(backend.registryProcess, READY);
      return backend;
    } catch (IOException e) {
      throw new UncheckedIOException("No temporary folder for the stack", e);
    }
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public String registryUrl() {
    return registry.url();
  }

  @Override
  public void stopBroker() {
    brokerProcess.stop();
  }

  @Override
  public void startBroker() {
    brokerProcess = broker.start(Lifetime.WITH_PARENT);
    broker.awaitReady(brokerProcess, READY);
  }

  @Override
  public void discard() {
    brokerProcess.kill();
    registryProcess.kill();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("The stack's folder " + folder + " is left behind: " + e.getMessage());
    }
  }
}
