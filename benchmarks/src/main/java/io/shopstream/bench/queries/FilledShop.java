package io.shopstream.bench.queries;

import io.shopstream.bench.backbone.ProcessCost;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.StageProgress;
import io.shopstream.events.topics.Topics;
import io.shopstream.load.synthetic.SyntheticShop;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** The applications on a broker of their own, after a history of clicks has gone through them. */
public final class FilledShop implements AutoCloseable {

  /** Connections that are enough for a moderate load. */
  public static final int CONNECTIONS = 64;

  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final Duration LONGEST_STAND = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Round round;
  private final SyntheticShop shop;
  private final long history;
  private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();
  private final double drainSeconds;
  private final ChildProcess streams;
  private final ChildProcess query;

  /**
   * Publishes the first clicks of a shop, starts the applications and waits until all is in their
   * state.
   *
   * @param history number of clicks
   * @param jvmOptions added to those of an application, by its name
   * @param progress takes a line now and then
   */
  public FilledShop(
      Round round,
      SyntheticShop shop,
      long history,
      Function<String, List<String>> jvmOptions,
      Consumer<String> progress) {
    this.round = round;
    this.shop = shop;
    this.history = history;
    progress.accept("Publishing %,d clicks".formatted(history));
    round.load(shop, history);
    progress.accept("Starting streams-app, which takes them in");
    streams = round.startStreamsApp(jvmOptions.apply("streams-app"));
    drainSeconds = drain();
    progress.accept(
        "Taken in, %,.0f clicks/s; starting query-service".formatted(clicksPerSecond()));
    query = round.startQueryService(jvmOptions.apply("query-service"));
    round.awaitApplications(streams, query);
    processes.put("query-service", query.handle());
    processes.put("streams-app", streams.handle());
    processes.put("broker", round.broker().handle());
  }

  private double drain() {
    try (var visits =
            new StageProgress(
                round, UserProfilesTopology.APPLICATION_ID, Topics.CLICKSTREAM.name());
        var pairs =
            new StageProgress(
                round, ItemCoOccurrenceTopology.APPLICATION_ID, Topics.ITEM_PAIRS.name())) {
      var deadline = System.nanoTime() + LONGEST_START.toNanos();
      await(
          streams,
          visits::isAssigned,
          () -> System.nanoTime() < deadline,
          "got no partitions within " + LONGEST_START.toSeconds() + " s");
      var begin = System.nanoTime();
      for (var stage : List.of(visits, pairs)) {
        var ends = stage.recordEnds();
        await(
            streams,
            () -> stage.isBeyond(ends),
            new Movement(stage),
            "has not moved for " + LONGEST_STAND.toSeconds() + " s");
      }
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  /** True until a group has committed nothing for two minutes. */
  private static final class Movement implements BooleanSupplier {
    private final StageProgress stage;
    private long last = -1;
    private long standsSince = System.nanoTime();

    Movement(StageProgress stage) {
      this.stage = stage;
    }

    @Override
    public boolean getAsBoolean() {
      var committed = stage.committed();
      if (committed != last) {
        last = committed;
        standsSince = System.nanoTime();
      }
      return System.nanoTime() - standsSince < LONGEST_STAND.toNanos();
    }
  }

  private static void await(
      ChildProcess process, BooleanSupplier condition, BooleanSupplier patience, String failure) {
    while (!condition.getAsBoolean()) {
      process.requireAlive();
      if (!patience.getAsBoolean()) {
        throw process.failure(failure);
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting", e);
      }
    }
  }

  /** Clicks of the history a second, from the first partition assigned to the last commit. */
  public double clicksPerSecond() {
    return history / drainSeconds;
  }

  /**
   * Lets the clicks after the history flow at a constant rate.
   *
   * @param rate clicks a second
   */
  public ChildProcess startEvents(int rate) {
    var load = round.startLoad(shop, rate);
    processes.put("load-generator", load.handle());
    return load;
  }

  /**
   * Connects to the query service.
   *
   * @param connections number of them
   * @param knownPercent how many of a hundred questions are for visitors of the history
   */
  public OpenLoop connect(int connections, int knownPercent) {
    var url = URI.create(round.queryUrl());
    var address = new InetSocketAddress(url.getHost(), url.getPort());
    try {
      return new OpenLoop(
          address,
          new Questions(address, Questions.visitors(shop, history), knownPercent),
          connections);
    } catch (IOException e) {
      throw new IllegalStateException(url + " cannot be reached: " + e.getMessage(), e);
    }
  }

  /** Every process that takes part, this one too, by name. */
  public Map<String, ProcessHandle> processes() {
    var all = new LinkedHashMap<>(processes);
    all.put("this client", ProcessHandle.current());
    return all;
  }

  /** What every process has used up to now, by name. */
  public Map<String, ProcessCost> costs() {
    var costs = new LinkedHashMap<String, ProcessCost>();
    processes().forEach((name, process) -> costs.put(name, ProcessCost.of(process)));
    return costs;
  }

  /** Stops both applications in order; what they had in memory is on the disk then. */
  public void stop() {
    round.stop(query);
    round.stop(streams);
  }

  /** Stops both applications: another round wants their ports. */
  @Override
  public void close() {
    stop();
  }
}
