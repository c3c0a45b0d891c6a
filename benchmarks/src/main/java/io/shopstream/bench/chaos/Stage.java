package io.shopstream.bench.chaos;

import io.shopstream.bench.backbone.StageProgress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a scenario may do while events flow and questions are asked. */
final class Stage {

  private static final Duration LONGEST_CATCHING_UP = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final Load load;
  private final Progress progress;
  private final Random random;
  private final long garbage;
  private final Consumer<String> tell;

  /**
   * @param random decides what is not decided by the scenario
   * @param garbage records that a flood of garbage has
   */
  Stage(
      Cluster cluster,
      Load load,
      Progress progress,
      Random random,
      long garbage,
      Consumer<String> tell) {
    this.cluster = cluster;
    this.load = load;
    this.progress = progress;
    this.random = random;
    this.garbage = garbage;
    this.tell = tell;
  }

  Cluster cluster() {
    return cluster;
  }

  Load load() {
    return load;
  }

  long garbage() {
    return garbage;
  }

  long seed() {
    return random.nextLong();
  }

  /** One of them. */
  String any(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  /** A time between two bounds, in seconds. */
  double between(double least, double most) {
    return least + random.nextDouble() * (most - least);
  }

  void sleep(double seconds) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep((long) (seconds * 1_000));
  }

  private void fault(String what) {
    progress.fault();
    tell.accept(what);
  }

  void kill(String name) {
    fault("kill -9 " + name);
    cluster.kill(name);
  }

  void pause(String name) {
    fault("SIGSTOP " + name);
    cluster.pause(name);
  }

  void shutDown(String name) {
    fault("stopping " + name);
    cluster.shutDown(name);
  }

  /** Tells of something that the scenario broke by other means. */
  void broke(String what) {
    fault(what);
  }

  /** Stops and starts one process, and returns when it is ready. */
  void restart(String name) {
    shutDown(name);
    cluster.startProcess(name);
    cluster.awaitReady(name);
  }

  /**
   * Waits until a group has counted what is in its input now.
   *
   * @throws IllegalStateException when that takes too long
   */
  void awaitCaughtUp(String group, String topic) throws InterruptedException {
    try (var progress =
        new StageProgress(
            cluster.admin(), cluster.bootstrapServers(), Cluster.PARTITIONS, group, topic)) {
      var ends = progress.recordEnds();
      var deadline = System.nanoTime() + LONGEST_CATCHING_UP.toNanos();
      while (!progress.isBeyond(ends)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(group + " does not catch up");
        }
        sleep(0.5);
      }
    }
  }

  /** Kills one of these again and again; it is started again after a while. */
  void killInALoop(List<String> names, int times, double leastAway, double mostAway)
      throws InterruptedException {
    for (var i = 0; i < times; i++) {
      var name = any(names);
      kill(name);
      sleep(between(leastAway, mostAway));
      cluster.startProcess(name);
      cluster.awaitReady(name);
      sleep(between(1, 4));
    }
  }
}
