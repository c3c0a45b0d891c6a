package io.shopstream.bench.backbone;

import io.shopstream.events.topics.TopicAdmin;
import io.shopstream.events.topics.Topics;
import io.shopstream.load.synthetic.SyntheticShop;
import io.shopstream.local.broker.Broker;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.stack.Application;
import io.shopstream.local.stack.LoadGenerator;
import io.shopstream.local.stack.StackLayout;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker of its own, empty but for the topics of the catalogue, for one measurement: whatever ran
 * before leaves nothing behind that would slow it down or speed it up.
 */
public final class Round implements AutoCloseable {

  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration LONGEST_LOAD = Duration.ofHours(1);
  private static final int CLICKS_A_SECOND_OF_EVENT_TIME = 100;

  private final Workplace workplace;
  private final StackLayout layout;
  private final int partitions;
  private final ChildProcess broker;
  private final Admin admin;

  private Round(
      Workplace workplace, StackLayout layout, int partitions, ChildProcess broker, Admin admin) {
    this.workplace = workplace;
    this.layout = layout;
    this.partitions = partitions;
    this.broker = broker;
    this.admin = admin;
  }

  /**
   * Starts a broker and creates the topics.
   *
   * @param name of the folder
   * @param partitions of every topic
   */
  public static Round start(Workplace workplace, String name, int partitions) {
    var layout = workplace.layout(name);
    var broker =
        new Broker(
            workplace.installation(),
            layout.data("broker"),
            layout.log("broker"),
            layout.brokerPort(),
            layout.controllerPort());
    var process = workplace.track(broker.start(Lifetime.WITH_PARENT));
    broker.awaitReady(process, READY);
    var admin = Admin.create(Map.of("bootstrap.servers", layout.bootstrapServers()));
    new TopicAdmin(admin, partitions, (short) 1).createMissing();
    return new Round(workplace, layout, partitions, process, admin);
  }

  /** An admin client of the broker, closed with the round. */
  public Admin admin() {
    return admin;
  }

  /** Where a client finds the broker. */
  public String bootstrapServers() {
    return layout.bootstrapServers();
  }

  /** Where the registry is. */
  public String registryUrl() {
    return layout.registryUrl();
  }

  /** Number of partitions of every topic. */
  public int partitions() {
    return partitions;
  }

  /** The broker's process. */
  public ChildProcess broker() {
    return broker;
  }

  /** A file or folder of this round. */
  public Path file(String name) {
    return layout.data(name);
  }

  /**
   * Publishes a data set as fast as it goes and returns when all is acknowledged.
   *
   * @param dataset arguments of the load generator that name it
   */
  public void load(List<String> dataset) {
    await(startReplay(dataset, "max", layout.data("replay")));
  }

  /**
   * Publishes the first of the clicks of a shop as fast as it goes and returns when all are
   * acknowledged; {@link #startLoad(SyntheticShop, int)} goes on from there.
   *
   * @param clicks how many, at most those of the shop
   */
  public void load(SyntheticShop shop, long clicks) {
    await(startLoad(shop, "max", List.of("--limit", Long.toString(clicks))));
  }

  private void await(ChildProcess process) {
    if (!process.awaitEnd(LONGEST_LOAD) || process.exitCode() != 0) {
      throw process.failure("did not publish the clicks");
    }
    workplace.stop(process);
  }

  /**
   * Begins to publish synthetic clicks at a constant rate.
   *
   * @param clicks number of clicks in all
   * @param rate clicks a second
   */
  public ChildProcess startLoad(long clicks, long seed, int rate) {
    return startLoad(SyntheticShop.of(clicks, seed), rate);
  }

  /**
   * Begins to publish the clicks of a shop at a constant rate, after those that were published.
   *
   * @param rate clicks a second
   */
  public ChildProcess startLoad(SyntheticShop shop, int rate) {
    var speed = (double) rate / CLICKS_A_SECOND_OF_EVENT_TIME;
    return startLoad(shop, String.format(Locale.ROOT, "%.2fx", speed), List.of());
  }

  private ChildProcess startLoad(SyntheticShop shop, String speed, List<String> further) {
    var dataset = new ArrayList<String>();
    dataset.addAll(List.of("--dataset", "synthetic"));
    dataset.addAll(List.of("--events", Long.toString(shop.clicks())));
    dataset.addAll(List.of("--seed", Long.toString(shop.seed())));
    dataset.addAll(List.of("--users", Integer.toString(shop.users())));
    dataset.addAll(List.of("--items", Integer.toString(shop.items())));
    dataset.addAll(further);
    return startReplay(dataset, speed, layout.data("replay-" + shop.seed()));
  }

  private ChildProcess startReplay(List<String> dataset, String speed, Path positions) {
    var arguments = new ArrayList<>(List.of("replay", "--speed", speed));
    arguments.addAll(List.of("--state-dir", positions.toString()));
    arguments.addAll(dataset);
    return start(
        LoadGenerator.program(
            workplace.installation(),
            arguments,
            application().environment(),
            Optional.of(layout.log("load-generator"))));
  }

  /** Starts streams-app as it is run in production, and returns at once. */
  public ChildProcess startStreamsApp(List<String> jvmOptions) {
    return workplace.track(application().withJvmOptions(jvmOptions).start(Lifetime.WITH_PARENT));
  }

  /** The same with only some of its applications; all when none is named. */
  public ChildProcess startStreamsApp(List<String> jvmOptions, List<String> applications) {
    return workplace.track(
        application()
            .withVariable("STREAMS_APPLICATIONS", String.join(",", applications))
            .withJvmOptions(jvmOptions)
            .start(Lifetime.WITH_PARENT));
  }

  /** Starts query-service as it is run in production, and returns at once. */
  public ChildProcess startQueryService(List<String> jvmOptions) {
    return workplace.track(query().withJvmOptions(jvmOptions).start(Lifetime.WITH_PARENT));
  }

  /** Waits until both applications can serve. */
  public void awaitApplications(ChildProcess streams, ChildProcess query) {
    application().awaitReady(streams, READY);
    query().awaitReady(query, READY);
  }

  private Application query() {
    return withPartitions(Application.query(workplace.installation(), layout));
  }

  /** Starts streams-app and query-service as they are run in production; returns when ready. */
  public void startApplications() {
    for (var one : List.of(application(), query())) {
      one.awaitReady(workplace.track(one.start(Lifetime.WITH_PARENT)), READY);
    }
  }

  /** Root address of the query service. */
  public String queryUrl() {
    return "http://127.0.0.1:" + layout.queryPort();
  }

  /** Root address of streams-app. */
  public String stateUrl() {
    return "http://127.0.0.1:" + layout.streamsPort();
  }

  /**
   * Clicks that user-profiles has committed.
   *
   * @throws IllegalStateException when the broker does not say
   */
  public long clicksProcessed() {
    try {
      return admin
          .listConsumerGroupOffsets(UserProfilesTopology.APPLICATION_ID)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(entry -> entry.getKey().topic().equals(Topics.CLICKSTREAM.name()))
          .mapToLong(entry -> entry.getValue().offset())
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking the broker", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker refuses: " + e.getCause().getMessage(), e);
    }
  }

  /**
   * Starts another main class in place of streams-app: same JVM options, environment and class
   * path, so also the same configuration, plus the classes of the benchmarks.
   */
  public ChildProcess startInstead(Class<?> main, List<String> jvmOptions, List<String> arguments) {
    var streams = application();
    var classPath = new ArrayList<>(streams.installation().applicationClassPath("streams-app"));
    classPath.addAll(
        withoutQueryService(streams.installation().applicationClassPath("benchmarks")));
    return start(
        new JavaProgram(
            main.getSimpleName(),
            streams.withJvmOptions(jvmOptions).jvmOptions(),
            classPath,
            main.getName(),
            arguments,
            streams.environment(),
            Optional.of(layout.log("contender"))));
  }

  /** The query service would start in the same process: its beans are found on the class path. */
  private static List<String> withoutQueryService(List<String> classPath) {
    return classPath.stream().filter(entry -> !entry.contains("query-service")).toList();
  }

  private ChildProcess start(JavaProgram program) {
    return workplace.track(ChildProcess.start(program, Lifetime.WITH_PARENT));
  }

  /** What local-stack would start, with the number of partitions of this round. */
  private Application application() {
    return withPartitions(Application.streams(workplace.installation(), layout));
  }

  private Application withPartitions(Application one) {
    return one.withVariable("TOPIC_PARTITIONS", Integer.toString(partitions));
  }

  /** Stops a process of this round. */
  public void stop(ChildProcess process) {
    workplace.stop(process);
  }

  /** Stops the broker and deletes the round's files. */
  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
    workplace.stop(broker);
    Workplace.delete(layout.folder());
  }
}
