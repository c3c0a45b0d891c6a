package io.shopstream.local.broker;

import io.shopstream.local.Installation;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/**
 * One real Kafka broker, which is its own KRaft controller, in a child JVM, on the loopback
 * interface. Made for one small machine: few threads, small buffers, internal topics of few
 * partitions, one copy of everything.
 *
 * @param installation where Kafka's jars are
 * @param data folder of the broker's log segments
 * @param log file for what the broker prints
 * @param port of the clients' listener
 * @param controllerPort of the controller's listener
 */
public record Broker(Installation installation, Path data, Path log, int port, int controllerPort)
    implements Component {

  private static final String HOST = "127.0.0.1";

  @Override
  public String name() {
    return "broker";
  }

  /** Where a client finds this broker, as {@code host:port}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A new data folder is formatted first.
   *
   * @throws UncheckedIOException when the data folder or the process cannot be made
   */
  @Override
  public ChildProcess start(Lifetime lifetime) {
    var configuration = data.resolveSibling(data.getFileName() + ".properties");
    try {
      Files.createDirectories(data);
      Files.writeString(
          configuration,
          configuration().entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .sorted()
              .collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException e) {
      throw new UncheckedIOException("The broker's folder " + data + " cannot be written", e);
    }
    return ChildProcess.start(program(configuration), lifetime);
  }

  private JavaProgram program(Path configuration) {
    return new JavaProgram(
        name(),
        List.of(
            "-Xms64m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=96m",
            "-XX:MaxMetaspaceSize=128m",
            "-XX:ReservedCodeCacheSize=64m",
            "-Xss512k",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dlogback.configurationFile=io/shopstream/local/broker/broker-logback.xml"),
        installation.brokerClassPath(),
        BrokerMain.class.getName(),
        List.of(configuration.toString(), data.toString()),
        Map.of(),
        Optional.of(log));
  }

  /** The content of server.properties. */
  Map<String, Object> configuration() {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", 1),
        Map.entry("controller.quorum.bootstrap.servers", HOST + ":" + controllerPort),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry(
            "listeners",
            "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort)),
        Map.entry("log.dirs", data),
        Map.entry("auto.create.topics.enable", false),
        // one machine, one copy, few partitions
        Map.entry("default.replication.factor", 1),
        Map.entry("offsets.topic.replication.factor", 1),
        Map.entry("offsets.topic.num.partitions", 4),
        Map.entry("transaction.state.log.replication.factor", 1),
        Map.entry("transaction.state.log.min.isr", 1),
        Map.entry("transaction.state.log.num.partitions", 4),
        Map.entry("share.coordinator.state.topic.replication.factor", 1),
        Map.entry("share.coordinator.state.topic.min.isr", 1),
        Map.entry("share.coordinator.state.topic.num.partitions", 1),
        // few threads
        Map.entry("num.network.threads", 2),
        Map.entry("num.io.threads", 4),
        Map.entry("background.threads", 2),
        Map.entry("num.recovery.threads.per.data.dir", 2),
        Map.entry("group.coordinator.threads", 1),
        Map.entry("share.coordinator.threads", 1),
        // small buffers: the defaults take 128 MB for the cleaner alone
        Map.entry("log.cleaner.dedupe.buffer.size", 8 * 1024 * 1024),
        Map.entry("log.cleaner.io.buffer.size", 256 * 1024),
        Map.entry("log.index.size.max.bytes", 2 * 1024 * 1024),
        Map.entry("log.segment.bytes", 128 * 1024 * 1024),
        // an application that died holds up readers of committed records no longer than this
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", 1000),
        Map.entry("group.initial.rebalance.delay.ms", 200),
        Map.entry("group.min.session.timeout.ms", 1000));
  }

  @Override
  public void awaitReady(ChildProcess process, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    try (var admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "reconnect.backoff.ms",
                50,
                "reconnect.backoff.max.ms",
                200,
                "default.api.timeout.ms",
                (int) timeout.toMillis()))) {
      var nodes = admin.describeCluster().nodes();
      while (true) {
        process.requireAlive();
        try {
          nodes.get(200, TimeUnit.MILLISECONDS);
          return;
        } catch (TimeoutException e) {
          if (System.nanoTime() > deadline) {
            throw process.failure("did not answer within " + timeout.toSeconds() + " s");
          }
        } catch (ExecutionException e) {
          throw process.failure("did not answer: " + e.getCause().getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the broker", e);
    }
  }
}
