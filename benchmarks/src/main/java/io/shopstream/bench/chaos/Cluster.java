package io.shopstream.bench.chaos;

import io.shopstream.bench.backbone.Workplace;
import io.shopstream.events.topics.TopicAdmin;
import io.shopstream.local.broker.Broker;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import io.shopstream.local.stack.Application;
import io.shopstream.local.stack.Secrets;
import io.shopstream.local.stack.StackLayout;
import io.shopstream.local.stack.StackSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * A stack of several processes of each kind, any of which can be killed, stopped for a while, shut
 * down and started again, with a network between them that can be slow or cut: from query-service
 * to each streams-app, and from the last streams-app to the brokers.
 */
final class Cluster implements AutoCloseable {

  /** As many as there are instances: fewer tasks leave more of a small machine to the faults. */
  static final int PARTITIONS = 3;

  static final String REGISTRY = "registry";
  private static final Duration READY = Duration.ofMinutes(3);
  private static final int STATE_DIRECTORY_MB = 64;

  /** A transaction every few milliseconds on three brokers would leave little for the rest. */
  private static final int SCORING_COMMIT_MS = 100;

  /**
   * Many JVMs share few cores: quick to start, and small. Their first heap and metaspace hold what
   * they need, because a heap grows by full collections, each of which takes seconds while nine
   * processes share two cores.
   */
  private static final List<String> SMALL =
      List.of(
          "-Xms224m",
          "-Xmn80m",
          "-Xmx320m",
          "-XX:MetaspaceSize=96m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:MaxDirectMemorySize=128m",
          "-XX:MaxMetaspaceSize=128m",
          "-Xss512k",
          "-XX:+ExitOnOutOfMemoryError",
          "-Djava.awt.headless=true");

  private final Workplace workplace;
  private final StackLayout layout;
  private final Map<String, Component> components = new LinkedHashMap<>();
  private final Map<String, ChildProcess> running = new HashMap<>();
  private final Set<String> paused = new HashSet<>();
  private final List<Detour> brokerDetours = new ArrayList<>();
  private final List<Detour> stateDetours = new ArrayList<>();
  private final Map<String, String> streamsVariables;
  private Admin admin;

  /**
   * Starts nothing yet.
   *
   * @param separable whether the last streams-app reaches the brokers by a network of its own
   * @param streamsVariables of the environment of streams-app, beside the usual ones
   */
  Cluster(
      Workplace workplace,
      StackSize size,
      boolean separable,
      Map<String, String> streamsVariables) {
    this.workplace = workplace;
    this.layout = workplace.layout("cluster").withSize(size);
    this.streamsVariables = streamsVariables;
    components.put(REGISTRY, workplace.registry());
    running.put(REGISTRY, workplace.registryProcess());
    addBrokers(size.brokers());
    for (var i = 0; i < size.streams(); i++) {
      add(small(streams(i, separable && i == size.streams() - 1)));
    }
    addQueries();
  }

  private void addQueries() {
    for (var i = 0; i < layout.size().queries(); i++) {
      add(
          small(
              Application.query(workplace.installation(), layout, i)
                  .withVariable("STATE_BOOTSTRAP", addresses(stateDetours))
                  .withVariable("TOPIC_PARTITIONS", Integer.toString(PARTITIONS))
                  .withVariable("SCHEMA_REGISTRY_URL", registryUrl())));
    }
  }

  private void addBrokers(int size) {
    var controllers = IntStream.range(0, size).map(layout::controllerPort).boxed().toList();
    var cluster = new Broker.Cluster(Uuid.randomUuid().toString(), controllers);
    for (var i = 0; i < size; i++) {
      var inner = freePort();
      var detour = new Detour(freePort(), inner);
      brokerDetours.add(detour);
      var name = StackLayout.name("broker", i);
      components.put(
          name,
          new Broker(
              workplace.installation(),
              layout.data(name),
              layout.log(name),
              layout.brokerPort(i),
              layout.controllerPort(i),
              cluster,
              Optional.empty(),
              withDetour(layout.brokerPort(i), layout.controllerPort(i), inner, detour.port())));
    }
  }

  /** A second listener, of which clients are told the other end of the detour. */
  private static Map<String, String> withDetour(int port, int controller, int inner, int outer) {
    var host = "://127.0.0.1:";
    return Map.of(
        "listeners",
        "PLAINTEXT" + host + port + ",DETOUR" + host + inner + ",CONTROLLER" + host + controller,
        "advertised.listeners",
        "PLAINTEXT" + host + port + ",DETOUR" + host + outer,
        "inter.broker.listener.name",
        "PLAINTEXT",
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,DETOUR:PLAINTEXT,CONTROLLER:PLAINTEXT");
  }

  /** Free, and none of those that the processes which are yet to start are going to listen on. */
  private int freePort() {
    return Stream.generate(Ports::free)
        .filter(port -> !layout.ports().containsValue(port))
        .findFirst()
        .orElseThrow();
  }

  private Application streams(int index, boolean behindDetour) {
    var detour = new Detour(freePort(), layout.streamsPort(index));
    stateDetours.add(detour);
    var streams =
        Application.streams(workplace.installation(), layout, index)
            .withVariable("ADVERTISED_PORT", Integer.toString(detour.port()))
            .withVariable("TOPIC_PARTITIONS", Integer.toString(PARTITIONS))
            .withVariable("ROCKSDB_MEMORY_MB", Integer.toString(STATE_DIRECTORY_MB))
            .withVariable("FRAUD_SCORING_COMMIT_MS", Integer.toString(SCORING_COMMIT_MS))
            .withVariable("SCHEMA_REGISTRY_URL", registryUrl());
    if (behindDetour) {
      streams = streams.withVariable("KAFKA_BOOTSTRAP_SERVERS", addresses(brokerDetours));
    }
    for (var variable : streamsVariables.entrySet()) {
      streams = streams.withVariable(variable.getKey(), variable.getValue());
    }
    return streams;
  }

  /**
   * Adds an instance of streams-app that runs one application only, under an id of its own.
   *
   * @return its name
   */
  synchronized String addGeneration(String application, String generation) {
    var index = stateDetours.size();
    var next =
        streams(index, false)
            .withVariable("STREAMS_APPLICATIONS", application)
            .withVariable("STREAMS_GENERATION", generation)
            .withVariable("STANDBY_REPLICAS", "0");
    add(small(next));
    return next.name();
  }

  /** From their next start on every instance of query-service knows all of streams-app. */
  synchronized void tellQueriesOfAll() {
    addQueries();
  }

  /** From its next start on an instance of streams-app runs these applications only. */
  synchronized void runOnly(String streams, List<String> applications) {
    var one = (Application) components.get(streams);
    add(one.withVariable("STREAMS_APPLICATIONS", String.join(",", applications)));
  }

  private static Application small(Application one) {
    return new Application(
        one.installation(),
        one.name(),
        one.module(),
        one.mainClass(),
        SMALL,
        one.environment(),
        one.port(),
        one.readyPath(),
        one.log());
  }

  private void add(Application one) {
    components.put(one.name(), one);
  }

  private static String addresses(List<Detour> detours) {
    return detours.stream().map(Detour::address).collect(Collectors.joining(","));
  }

  /** Starts everything and returns when all of it is ready. */
  void start() {
    startBrokers();
    restoreAll();
  }

  /** Starts the brokers and creates the topics. */
  void startBrokers() {
    brokers().forEach(this::startProcess);
    brokers().forEach(this::awaitReady);
    admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                layout.bootstrapServers(),
                "default.api.timeout.ms",
                10_000,
                "request.timeout.ms",
                2_000,
                "reconnect.backoff.max.ms",
                500));
    new TopicAdmin(admin, PARTITIONS, layout.size().replication()).createMissing();
  }

  Admin admin() {
    return admin;
  }

  String bootstrapServers() {
    return layout.bootstrapServers();
  }

  String registryUrl() {
    return workplace.registry().url();
  }

  /** What the state endpoint asks for. */
  String stateAuthorization() {
    return Secrets.of(layout).stateAuthorization();
  }

  /** Root addresses of all instances of query-service. */
  List<String> queryUrls() {
    return IntStream.range(0, layout.size().queries()).mapToObj(layout::queryUrl).toList();
  }

  /** Root addresses of all instances of streams-app, without detour. */
  List<String> streamsUrls() {
    return streams().stream().map(this::streamsUrl).toList();
  }

  /** Root address of one instance of streams-app, without detour. */
  String streamsUrl(String name) {
    return "http://127.0.0.1:" + components.get(name).port();
  }

  List<String> brokers() {
    return named("broker");
  }

  List<String> streams() {
    return named("streams-app");
  }

  List<String> queries() {
    return named("query-service");
  }

  private List<String> named(String kind) {
    return components.keySet().stream().filter(name -> name.startsWith(kind)).toList();
  }

  /** The network to the state of one streams-app. */
  Detour toState(String streams) {
    return stateDetours.get(streams().indexOf(streams));
  }

  /** The network from the last streams-app to each broker. */
  List<Detour> toBrokers() {
    return List.copyOf(brokerDetours);
  }

  /** Folder of the stores of one streams-app. */
  Path stateFolder(String streams) {
    return layout.data(streams);
  }

  /** Starts a process that was ended, and returns at once. */
  synchronized void startProcess(String name) {
    if (!isAlive(name)) {
      running.put(name, workplace.track(components.get(name).start(Lifetime.WITH_PARENT)));
    }
  }

  private boolean isAlive(String name) {
    return running.containsKey(name) && running.get(name).alive();
  }

  void awaitReady(String name) {
    ChildProcess process;
    synchronized (this) {
      process = running.get(name);
    }
    components.get(name).awaitReady(process, READY);
  }

  /** As the machine does when its power goes. */
  synchronized void kill(String name) {
    var process = running.get(name);
    process.kill();
    workplace.forget(process);
    paused.remove(name);
  }

  /** In order; returns when it has ended. */
  void shutDown(String name) {
    ChildProcess process;
    synchronized (this) {
      process = running.get(name);
    }
    process.stop();
    workplace.forget(process);
  }

  /** Stops a process where it is (SIGSTOP). */
  synchronized void pause(String name) {
    signal("STOP", running.get(name));
    paused.add(name);
  }

  /** Lets it go on (SIGCONT). */
  synchronized void goOn(String name) {
    if (paused.remove(name)) {
      signal("CONT", running.get(name));
    }
  }

  private static void signal(String signal, ChildProcess process) {
    try {
      var pid = Long.toString(process.handle().pid());
      new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("The command kill cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** Everything runs and every network is whole again; returns when all is ready. */
  void restoreAll() {
    brokerDetours.forEach(Detour::whole);
    stateDetours.forEach(Detour::whole);
    for (var name : components.keySet()) {
      goOn(name);
      startProcess(name);
    }
    components.keySet().forEach(this::awaitReady);
  }

  @Override
  public void close() {
    List.copyOf(paused).forEach(this::goOn);
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    brokerDetours.forEach(Detour::close);
    stateDetours.forEach(Detour::close);
  }
}
