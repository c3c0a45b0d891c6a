package io.shopstream.local.broker;

import io.shopstream.local.Installation;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.ThreadPriorities;
import io.shopstream.local.stack.StackLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A real Kafka broker, which is a KRaft controller too, in a child JVM, on the loopback interface.
 * Made for one small machine: few threads, small buffers, internal topics of few partitions.
 *
 * @param installation where Kafka's jars are
 * @param data folder of the broker's log segments
 * @param log file for what the broker prints
 * @param port of the clients' listener
 * @param controllerPort of the controller's listener
 * @param cluster the brokers it belongs to, itself included
 * @param security TLS and password, where clients have to have them
 * @param further keys of server.properties beside those set here, or in their place
 */
public record Broker(
    Installation installation,
    Path data,
    Path log,
    int port,
    int controllerPort,
    Cluster cluster,
    Optional<KafkaSecurity> security,
    Map<String, String> further)
    implements Component {

  private static final String HOST = "127.0.0.1";
  private static final int MOST_COPIES = 3;

  /**
   * Brokers that keep copies of each other's partitions.
   *
   * @param id of the cluster, a Kafka Uuid
   * @param controllerPorts of all its brokers, in the order of their numbers
   */
  public record Cluster(String id, List<Integer> controllerPorts) {

    /** A cluster of one broker. */
    static Cluster ofOne(int controllerPort) {
      return new Cluster(Uuid.randomUuid().toString(), List.of(controllerPort));
    }

    private String voters() {
      return IntStream.range(0, controllerPorts.size())
          .mapToObj(i -> "%d@%s:%d".formatted(i + 1, HOST, controllerPorts.get(i)))
          .collect(Collectors.joining(","));
    }
  }

  /** A broker that is a cluster of its own. */
  public Broker(Installation installation, Path data, Path log, int port, int controllerPort) {
    this(
        installation,
        data,
        log,
        port,
        controllerPort,
        Cluster.ofOne(controllerPort),
        Optional.empty(),
        Map.of());
  }

  private int index() {
    return cluster.controllerPorts().indexOf(controllerPort);
  }

  @Override
  public String name() {
    return StackLayout.name("broker", index());
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
          withFurther().entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .sorted()
              .collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException e) {
      throw new UncheckedIOException("The broker's folder " + data + " cannot be written", e);
    }
    return ChildProcess.start(installation.classArchives().with(program(configuration)), lifetime);
  }

  private JavaProgram program(Path configuration) {
    var options = new ArrayList<String>();
    // Requests are garbage at once. The larger the young generation, the more seldom the broker
    // stands still, and a transaction waits for it at every step. With 256 MB and one thread that
    // collects it was 22 ms every 2.7 s; two threads would take the cores from other brokers.
    // An old generation that grows does so in full collections, of 150 ms each.
    options.addAll(
        isAlone()
            ? List.of(
                "-Xms768m",
                "-Xmn512m",
                "-Xmx768m",
                "-XX:+UseParallelGC",
                "-XX:ParallelGCThreads=2",
                "-XX:-UseAdaptiveSizePolicy")
            : List.of("-Xms512m", "-Xmn256m", "-Xmx512m", "-XX:+UseSerialGC"));
    options.addAll(
        List.of(
            // Without it the first full collections come when this much was loaded.
            "-XX:MetaspaceSize=96m",
            // What survives are samples of the broker's own metrics, which live for minutes. Copied
            // fifteen times before they leave the young generation they made it stand still longer.
            "-XX:MaxTenuringThreshold=3",
            "-XX:MaxDirectMemorySize=96m",
            "-XX:MaxMetaspaceSize=128m",
            "-XX:ReservedCodeCacheSize=64m",
            "-Xss512k",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dlogback.configurationFile=io/shopstream/local/broker/broker-logback.xml"));
    options.addAll(ThreadPriorities.options());
    return new JavaProgram(
        name(),
        options,
        installation.brokerClassPath(),
        BrokerMain.class.getName(),
        List.of(configuration.toString(), data.toString(), cluster.id()),
        Map.of(),
        Optional.of(log));
  }

  private boolean isAlone() {
    return cluster.controllerPorts().size() == 1;
  }

  private Map<String, Object> withFurther() {
    var all = new HashMap<>(configuration());
    var listeners = all.get("listeners").toString();
    security.ifPresent(one -> all.putAll(one.brokerSettings(listeners)));
    all.putAll(further);
    return all;
  }

  /** The content of server.properties but for {@link #security} and {@link #further}. */
  Map<String, Object> configuration() {
    var brokers = cluster.controllerPorts().size();
    var copies = Math.min(brokers, MOST_COPIES);
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", index() + 1),
        brokers == 1
            ? Map.entry("controller.quorum.bootstrap.servers", HOST + ":" + controllerPort)
            : Map.entry("controller.quorum.voters", cluster.voters()),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry(
            "listeners",
            "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort)),
        Map.entry("log.dirs", data),
        Map.entry("auto.create.topics.enable", false),
        // a topic survives the loss of one broker of three; few partitions
        Map.entry("default.replication.factor", copies),
        Map.entry("min.insync.replicas", Math.max(1, copies - 1)),
        Map.entry("offsets.topic.replication.factor", copies),
        Map.entry("offsets.topic.num.partitions", 4),
        Map.entry("transaction.state.log.replication.factor", copies),
        Map.entry("transaction.state.log.min.isr", Math.max(1, copies - 1)),
        Map.entry("transaction.state.log.num.partitions", 4),
        Map.entry("share.coordinator.state.topic.replication.factor", copies),
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
        // It would take a core for seconds every now and then, and orders wait for a core.
        Map.entry("log.cleaner.io.max.bytes.per.second", 8.0 * 1024 * 1024),
        Map.entry("log.index.size.max.bytes", 2 * 1024 * 1024),
        Map.entry("log.segment.bytes", 128 * 1024 * 1024),
        // an application that died holds up readers of committed records no longer than this
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", 1000),
        // An application that commits all the time begins its next transaction before the markers
        // of the last are written; the broker then looks again after this time, 20 ms by default.
        Map.entry("add.partitions.to.txn.retry.backoff.ms", 1),
        // One of several that hangs is relieved of its groups before their members, whose
        // heartbeats it does not take, look for another (StreamsConfiguration.SESSION_TIMEOUT):
        // they would find the same again, and when it goes on it would tell them that they are
        // members no more. It may be the controller, too, which is missed first.
        // Each of these is a flush of the disk, twice a second by default.
        Map.entry("metadata.max.idle.interval.ms", brokers == 1 ? 5000 : 500),
        Map.entry("controller.quorum.fetch.timeout.ms", brokers == 1 ? 2000 : 1500),
        Map.entry("broker.session.timeout.ms", brokers == 1 ? 9000 : 3000),
        Map.entry("broker.heartbeat.interval.ms", brokers == 1 ? 2000 : 500),
        Map.entry("group.initial.rebalance.delay.ms", 200),
        Map.entry("group.min.session.timeout.ms", 1000));
  }

  @Override
  public void awaitReady(ChildProcess process, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    var settings = new HashMap<String, Object>();
    security.ifPresent(one -> settings.putAll(one.clientSettings()));
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("reconnect.backoff.ms", 50);
    settings.put("reconnect.backoff.max.ms", 200);
    settings.put("default.api.timeout.ms", (int) timeout.toMillis());
    var admin = Admin.create(settings);
    try {
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
    } finally {
      // Not close(): that waits until a question to a broker that died has timed out.
      admin.close(Duration.ZERO);
    }
  }
}
