package io.shopstream.local.stack;

import io.shopstream.local.Installation;
import io.shopstream.local.broker.KafkaSecurity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where one stack listens and keeps its files. Stacks of different port offsets share nothing, so
 * that they can run side by side.
 *
 * @param folder of everything this stack writes
 * @param portOffset added to every default port, 0 to {@value #MAX_PORT_OFFSET}
 * @param size how many processes of each kind there are
 */
public record StackLayout(Path folder, int portOffset, StackSize size) {

  public static final int MAX_PORT_OFFSET = 50_000;

  public StackLayout {
    if (portOffset < 0 || portOffset > MAX_PORT_OFFSET) {
      throw new IllegalArgumentException(
          "--port-offset must be 0 to %d, not %d".formatted(MAX_PORT_OFFSET, portOffset));
    }
  }

  /** One process of each kind. */
  public StackLayout(Path folder, int portOffset) {
    this(folder, portOffset, StackSize.ONE);
  }

  /** The same place with another number of processes. */
  public StackLayout withSize(StackSize other) {
    return new StackLayout(folder, portOffset, other);
  }

  /** The stack of this port offset in the project's {@code local-data} folder. */
  public static StackLayout of(Installation installation, int portOffset) {
    return new StackLayout(
        installation.home().resolve("local-data").resolve("port-offset-" + portOffset), portOffset);
  }

  public int brokerPort() {
    return brokerPort(0);
  }

  /** Port of one of the brokers, counted from 0. */
  public int brokerPort(int index) {
    return 9092 + 2 * index + portOffset;
  }

  public int controllerPort() {
    return controllerPort(0);
  }

  /** Port of the controller of one of the brokers, counted from 0. */
  public int controllerPort(int index) {
    return 9093 + 2 * index + portOffset;
  }

  public int registryPort() {
    return 8081 + portOffset;
  }

  public int streamsPort() {
    return streamsPort(0);
  }

  /** Port of one of the instances of streams-app, counted from 0. */
  public int streamsPort(int index) {
    return 7070 + index + portOffset;
  }

  public int queryPort() {
    return queryPort(0);
  }

  /** Port of one of the instances of query-service, counted from 0. */
  public int queryPort(int index) {
    return (index == 0 ? 8080 : 8090 + index) + portOffset;
  }

  /** Every port, by the name of what listens there. */
  public Map<String, Integer> ports() {
    var ports = new LinkedHashMap<String, Integer>();
    for (var i = 0; i < size.brokers(); i++) {
      ports.put(name("broker", i), brokerPort(i));
      ports.put(name("controller", i), controllerPort(i));
    }
    ports.put("registry", registryPort());
    for (var i = 0; i < size.streams(); i++) {
      ports.put(name("streams-app", i), streamsPort(i));
    }
    for (var i = 0; i < size.queries(); i++) {
      ports.put(name("query-service", i), queryPort(i));
    }
    return ports;
  }

  /** Name of one of several processes of a kind, counted from 0: the first has the plain one. */
  public static String name(String kind, int index) {
    return index == 0 ? kind : kind + "-" + (index + 1);
  }

  public String bootstrapServers() {
    return addresses(size.brokers(), this::brokerPort);
  }

  /** The state endpoints of all instances of streams-app. */
  public String stateBootstrap() {
    return addresses(size.streams(), this::streamsPort);
  }

  private static String addresses(int count, IntUnaryOperator port) {
    return IntStream.range(0, count)
        .map(port)
        .mapToObj(each -> "127.0.0.1:" + each)
        .collect(Collectors.joining(","));
  }

  /** TLS and password of Kafka; empty unless {@link #secureKafka} was called for this folder. */
  public Optional<KafkaSecurity> kafkaSecurity() {
    return KafkaSecurity.in(kafkaSecurityFolder());
  }

  /** From now on the brokers of this folder take clients with TLS and password only. */
  public KafkaSecurity secureKafka() {
    return KafkaSecurity.make(kafkaSecurityFolder());
  }

  private Path kafkaSecurityFolder() {
    return data("kafka-security");
  }

  public String registryUrl() {
    return "http://127.0.0.1:" + registryPort();
  }

  public String queryUrl() {
    return queryUrl(0);
  }

  /** Root address of one of the instances of query-service, counted from 0. */
  public String queryUrl(int index) {
    return "http://127.0.0.1:" + queryPort(index);
  }

  /** Folder of what a component keeps. */
  public Path data(String component) {
    return folder.resolve(component);
  }

  /** What a component prints. */
  public Path log(String component) {
    return folder.resolve("logs").resolve(component + ".log");
  }

  /** Folder that says which processes run. */
  public Path run() {
    return folder.resolve("run");
  }

  /** The words that repeat this stack's offset on a command line; empty for offset 0. */
  public String option() {
    return portOffset == 0 ? "" : " --port-offset " + portOffset;
  }
}
