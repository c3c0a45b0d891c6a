package io.shopstream.local.stack;

import io.shopstream.events.topics.TopicAdmin;
import io.shopstream.local.Installation;
import io.shopstream.local.broker.Broker;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import io.shopstream.local.registry.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Broker, registry, topics, streams-app and query-service on this machine: started in the order in
 * which they need each other, stopped in the reverse order. Data is kept from one start to the
 * next.
 */
public final class LocalStack implements AutoCloseable {

  /** Partitions of every topic of a local stack. */
  public static final int PARTITIONS = 6;

  /** Name under which the process that watches the others is listed. */
  public static final String LAUNCHER = "shopstream";

  private static final Duration READY = Duration.ofMinutes(3);

  private record Started(ChildProcess process, RunningProcess entry) {}

  private final StackLayout layout;
  private final Installation installation;
  private final Lifetime lifetime;
  private final Consumer<String> progress;
  private final Deque<Started> started = new ArrayDeque<>();
  private FileLock lock;
  private RunningProcess launcher;
  private boolean closed;

  /**
   * @param progress takes a line for each step
   */
  public LocalStack(
      Installation installation, StackLayout layout, Lifetime lifetime, Consumer<String> progress) {
    this.installation = installation;
    this.layout = layout;
    this.lifetime = lifetime;
    this.progress = progress;
  }

  /** Environment variables by which a program of this project finds this stack. */
  public Map<String, String> clientEnvironment() {
    return Application.clientEnvironment(layout);
  }

  public StackLayout layout() {
    return layout;
  }

  /**
   * Starts brokers and registry, waits until they are ready, and creates the topics. What was
   * started when a step fails is left for {@link #close}.
   *
   * @throws IllegalStateException when this stack runs already, a port is taken or a process fails;
   *     the message says what to do
   */
  public void startBackbone() {
    takeLock();
    requireStopped();
    requireFreePorts();
    if (lifetime == Lifetime.WITH_PARENT) {
      launcher = RunningProcess.of(LAUNCHER, ProcessHandle.current(), 0, 0);
      launcher.write(layout.run());
    }
    var components = new ArrayList<Component>(brokers());
    components.add(
        new Registry(
            installation, layout.data("registry"), layout.log("registry"), layout.registryPort()));
    startTogether(components);
    createTopics();
  }

  private List<Broker> brokers() {
    var size = layout.size().brokers();
    var controllers = IntStream.range(0, size).map(layout::controllerPort).boxed().toList();
    var cluster = new Broker.Cluster(ClusterFile.in(layout).clusterId(size), controllers);
    return IntStream.range(0, size)
        .mapToObj(
            i -> {
              var name = StackLayout.name("broker", i);
              return new Broker(
                  installation,
                  layout.data(name),
                  layout.log(name),
                  layout.brokerPort(i),
                  layout.controllerPort(i),
                  cluster,
                  layout.kafkaSecurity(),
                  Map.of());
            })
        .toList();
  }

  /**
   * Starts streams-app and query-service, after the backbone, and waits until they are ready.
   *
   * @throws IllegalStateException when a process fails
   */
  public void startApplications() {
    var size = layout.size();
    var components = new ArrayList<Component>();
    for (var i = 0; i < size.streams(); i++) {
      components.add(Application.streams(installation, layout, i));
    }
    for (var i = 0; i < size.queries(); i++) {
      components.add(Application.query(installation, layout, i));
    }
    startTogether(components);
  }

  private void takeLock() {
    try {
      Files.createDirectories(layout.run());
      var channel =
          FileChannel.open(
              layout.run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      throw new UncheckedIOException(layout.run() + " cannot be written", e);
    }
    if (lock == null) {
      throw alreadyRunning("by another ./shopstream");
    }
  }

  private void requireStopped() {
    var running =
        RunningProcess.readAll(layout.run()).stream()
            .filter(entry -> entry.handle().isPresent())
            .map(entry -> entry.name() + " " + entry.pid())
            .collect(Collectors.joining(", "));
    if (!running.isEmpty()) {
      throw alreadyRunning("(processes: " + running + ")");
    }
  }

  private IllegalStateException alreadyRunning(String by) {
    return new IllegalStateException(
        "The stack in %s is already running %s. See ./shopstream status%s; stop it with ./shopstream down%s"
            .formatted(layout.folder(), by, layout.option(), layout.option()));
  }

  private void requireFreePorts() {
    var taken =
        layout.ports().entrySet().stream()
            .filter(port -> !Ports.isFree(port.getValue()))
            .map(port -> "port %d (%s)%s".formatted(port.getValue(), port.getKey(), holder(port)))
            .toList();
    if (!taken.isEmpty()) {
      throw new IllegalStateException(
          "%s. Stop it, or move all ports of this stack: --port-offset %d"
              .formatted(
                  taken.stream()
                      .map(port -> port + " is taken")
                      .collect(Collectors.joining("; "))
                      .replaceFirst("^p", "P"),
                  layout.portOffset() + 100));
    }
  }

  private static String holder(Map.Entry<String, Integer> port) {
    return Ports.listener(port.getValue())
        .map(
            process ->
                ", held by process %d%s,"
                    .formatted(
                        process.pid(),
                        process.info().command().map(command -> " (" + command + ")").orElse("")))
        .orElse("");
  }

  private void startTogether(List<Component> components) {
    var waits = new ArrayList<CompletableFuture<Void>>();
    for (var component : components) {
      var process = start(component);
      waits.add(CompletableFuture.runAsync(() -> awaitReady(component, process)));
    }
    try {
      // the first that fails ends the wait for the others
      CompletableFuture.anyOf(
              CompletableFuture.allOf(waits.toArray(CompletableFuture<?>[]::new)),
              firstFailure(waits))
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static CompletableFuture<Void> firstFailure(List<CompletableFuture<Void>> waits) {
    var failure = new CompletableFuture<Void>();
    waits.forEach(
        wait ->
            wait.exceptionally(
                thrown -> {
                  failure.completeExceptionally(thrown);
                  return null;
                }));
    return failure;
  }

  private void awaitReady(Component component, ChildProcess process) {
    var begin = System.nanoTime();
    component.awaitReady(process, READY);
    progress.accept(
        String.format(
            Locale.ROOT,
            "%-14s ready in %4.1f s at 127.0.0.1:%d",
            component.name(),
            (System.nanoTime() - begin) / 1e9,
            component.port()));
  }

  /** Not while {@link #close} is at work, or a process would be left behind. */
  private synchronized ChildProcess start(Component component) {
    requireOpen(component.name());
    var process = component.start(lifetime);
    register(process, component.port());
    return process;
  }

  private void requireOpen(String next) {
    if (closed) {
      throw new IllegalStateException("Stopped before " + next + " was started");
    }
  }

  private Started register(ChildProcess process, int port) {
    var entry = RunningProcess.of(process.name(), process.handle(), port, started.size() + 1);
    var one = new Started(process, entry);
    started.push(one);
    entry.write(layout.run());
    return one;
  }

  private void createTopics() {
    var settings = new HashMap<String, Object>();
    layout.kafkaSecurity().ifPresent(security -> settings.putAll(security.clientSettings()));
    settings.put("bootstrap.servers", layout.bootstrapServers());
    try (var admin = Admin.create(settings)) {
      var created = new TopicAdmin(admin, PARTITIONS, layout.size().replication()).createMissing();
      progress.accept(
          "%-14s %s"
              .formatted(
                  "topics",
                  created.isEmpty() ? "all there" : "created: " + String.join(", ", created)));
    }
  }

  /**
   * Runs a program on the terminal of this process to its end. {@link #close} stops it first.
   *
   * @return its exit code
   */
  public int run(JavaProgram program) {
    ChildProcess process;
    Started entry;
    synchronized (this) {
      requireOpen(program.name());
      process = ChildProcess.start(program, Lifetime.WITH_PARENT);
      entry = register(process, 0);
    }
    while (!process.awaitEnd(Duration.ofMillis(200))) {
      requireAlive();
    }
    synchronized (this) {
      if (started.remove(entry)) {
        entry.entry().remove(layout.run());
      }
    }
    return process.exitCode();
  }

  /** The processes, in the order of their start. */
  public synchronized List<RunningProcess> processes() {
    var entries = new ArrayList<RunningProcess>();
    if (launcher != null) {
      entries.add(launcher);
    }
    started.descendingIterator().forEachRemaining(one -> entries.add(one.entry()));
    return entries;
  }

  /**
   * Fails if a process of this stack has ended by itself.
   *
   * @throws IllegalStateException with the end of its log
   */
  public synchronized void requireAlive() {
    if (!closed) {
      started.stream()
          .filter(one -> one.entry().port() != 0)
          .forEach(one -> one.process().requireAlive());
    }
  }

  /** Leaves everything running, to be stopped by {@link RunningStack}. */
  public synchronized void detach() {
    closed = true;
    releaseLock();
  }

  /** Stops what was started, the newest first, and waits for the end of each. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!started.isEmpty()) {
      stop(started.pop());
    }
    if (launcher != null) {
      launcher.remove(layout.run());
    }
    releaseLock();
  }

  private void stop(Started last) {
    if (last.process().alive()) {
      progress.accept("stopping " + last.process().name());
    }
    started.stream()
        .filter(one -> RunningProcess.areOfOneKind(one.process().name(), last.process().name()))
        .forEach(one -> one.process().handle().destroy());
    last.process().stop();
    last.entry().remove(layout.run());
  }

  private void releaseLock() {
    try {
      if (lock != null) {
        lock.acquiredBy().close();
      }
    } catch (IOException e) {
      // It goes with the process.
    }
  }
}
