package io.shopstream.local.stack;

import io.shopstream.local.Installation;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import io.shopstream.local.process.HttpReadiness;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.LargePages;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.ThreadPriorities;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the project's own servers.
 *
 * @param installation where its classes are
 * @param name of the process
 * @param module its classes are in
 * @param mainClass of the module
 * @param jvmOptions bounds of its memory
 * @param environment its configuration
 * @param port of its HTTP listener
 * @param readyPath answers 200 when it can serve
 * @param log file for what it prints
 */
public record Application(
    Installation installation,
    String name,
    String module,
    String mainClass,
    List<String> jvmOptions,
    Map<String, String> environment,
    int port,
    String readyPath,
    Path log)
    implements Component {

  /** The only or first instance of the process that holds all state. */
  public static Application streams(Installation installation, StackLayout layout) {
    return streams(installation, layout, 0);
  }

  /**
   * One of the processes that hold all state; RocksDB's memory comes on top of the heap.
   *
   * @param index counted from 0
   */
  public static Application streams(Installation installation, StackLayout layout, int index) {
    var name = StackLayout.name("streams-app", index);
    var environment = environment(layout, layout.streamsPort(index));
    environment.put("STATE_DIR", layout.data(name).toString());
    environment.put("ADVERTISED_HOST", "127.0.0.1");
    // RocksDB allocates from many threads; with an arena for each of them glibc keeps what they
    // free
    environment.put("MALLOC_ARENA_MAX", "2");
    return new Application(
        installation,
        name,
        "streams-app",
        "io.shopstream.streams.StreamsApplication",
        jvm(1024, 2048, 192),
        environment,
        layout.streamsPort(index),
        "/health/readiness",
        layout.log(name));
  }

  /** The only or first instance of the public API. */
  public static Application query(Installation installation, StackLayout layout) {
    return query(installation, layout, 0);
  }

  /**
   * One instance of the public API.
   *
   * @param index counted from 0
   */
  public static Application query(Installation installation, StackLayout layout, int index) {
    var name = StackLayout.name("query-service", index);
    var environment = environment(layout, layout.queryPort(index));
    environment.put("STATE_BOOTSTRAP", layout.stateBootstrap());
    // No balancer looks at readiness here.
    environment.put("DRAIN_NOTICE", "0s");
    environment.put("MALLOC_ARENA_MAX", "2");
    return new Application(
        installation,
        name,
        "query-service",
        "io.shopstream.query.QueryServiceApplication",
        jvm(256, 384, 128),
        environment,
        layout.queryPort(index),
        "/health",
        layout.log(name));
  }

  /** The same with further options of the JVM. */
  public Application withJvmOptions(List<String> further) {
    var options = new ArrayList<>(jvmOptions);
    options.addAll(further);
    return new Application(
        installation, name, module, mainClass, options, environment, port, readyPath, log);
  }

  /** The same with one environment variable set. */
  public Application withVariable(String variable, String value) {
    var variables = new HashMap<>(environment);
    variables.put(variable, value);
    return new Application(
        installation, name, module, mainClass, jvmOptions, variables, port, readyPath, log);
  }

  /** What every program of the project must be told to use this stack. */
  static Map<String, String> clientEnvironment(StackLayout layout) {
    var environment = new HashMap<String, String>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", layout.bootstrapServers());
    environment.put("SCHEMA_REGISTRY_URL", layout.registryUrl());
    environment.put(
        "KAFKA_CLIENT_CONFIG",
        layout.kafkaSecurity().map(security -> security.clientConfig().toString()).orElse(""));
    environment.put("TOPIC_PARTITIONS", Integer.toString(LocalStack.PARTITIONS));
    environment.put("TOPIC_REPLICATION", Short.toString(layout.size().replication()));
    return environment;
  }

  private static Map<String, String> environment(StackLayout layout, int port) {
    var environment = clientEnvironment(layout);
    environment.put("HTTP_HOST", "127.0.0.1");
    environment.put("HTTP_PORT", Integer.toString(port));
    var secrets = Secrets.of(layout);
    environment.put("STATE_SECRET_FILE", secrets.stateSecretFile().toString());
    environment.put("RECOMMENDATION_KEY", secrets.recommendationKey());
    return environment;
  }

  /**
   * Bounds of a JVM.
   *
   * @param firstHeapMb heap to begin with; a small one has a small young generation, which is
   *     collected again and again until the heap has grown
   */
  private static List<String> jvm(int firstHeapMb, int heapMb, int directMb) {
    var options = new ArrayList<String>();
    options.add("-Xms" + firstHeapMb + "m");
    options.add("-Xmx" + heapMb + "m");
    options.add("-XX:+UseG1GC");
    // What survives a collection in a process that serves is state that stays. Copied fifteen times
    // before it leaves the young generation it made streams-app stand still for 30 ms a time.
    options.add("-XX:MaxTenuringThreshold=1");
    options.addAll(LargePages.options());
    options.addAll(ThreadPriorities.options());
    options.add("-XX:MaxDirectMemorySize=" + directMb + "m");
    // Without the first, collections come while classes are loaded.
    options.add("-XX:MetaspaceSize=96m");
    options.add("-XX:MaxMetaspaceSize=128m");
    options.add("-XX:ReservedCodeCacheSize=96m");
    options.add("-Xss512k");
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-Djava.awt.headless=true");
    return options;
  }

  @Override
  public ChildProcess start(Lifetime lifetime) {
    var program =
        new JavaProgram(
            name,
            jvmOptions,
            installation.applicationClassPath(module),
            mainClass,
            List.of(),
            environment,
            Optional.of(log));
    return ChildProcess.start(installation.classArchives().with(program), lifetime);
  }

  @Override
  public void awaitReady(ChildProcess process, Duration timeout) {
    HttpReadiness.await(process, URI.create("http://127.0.0.1:" + port + readyPath), timeout);
  }
}
