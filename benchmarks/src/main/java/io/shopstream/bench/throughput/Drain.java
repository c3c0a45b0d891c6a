package io.shopstream.bench.throughput;

import io.shopstream.bench.backbone.Answers;
import io.shopstream.bench.backbone.ProcessCost;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.StageProgress;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.local.process.ChildProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Drains clicks through one contender: a new broker, the clicks into it, then the contender, and
 * the clock from the moment it has its partitions until all is committed.
 */
final class Drain {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final Duration LONGEST_STAND = Duration.ofMinutes(2);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final Workplace workplace;
  private final int partitions;
  private final ClickSource source;
  private final Consumer<String> progress;

  /**
   * @param progress takes a line now and then
   */
  Drain(Workplace workplace, int partitions, ClickSource source, Consumer<String> progress) {
    this.workplace = workplace;
    this.partitions = partitions;
    this.source = source;
    this.progress = progress;
  }

  /**
   * Runs one drain.
   *
   * @param name of the round's folder
   * @param pairUpdates that the clicks make
   * @param jvmOptions added to those of the contender
   * @throws IllegalStateException when a process fails, or nothing moves for two minutes
   */
  Measurement run(
      Contender contender, String name, long clicks, long pairUpdates, List<String> jvmOptions) {
    try (var round = Round.start(workplace, name, partitions)) {
      progress.accept(String.format(Locale.ROOT, "%s: publishing %,d clicks", contender, clicks));
      round.load(source.replayArguments(clicks));
      var logBefore = logBytes(round);
      var stages = new ArrayList<StageProgress>();
      try {
        for (var stage : contender.stages()) {
          stages.add(new StageProgress(round, stage.group(), stage.topic()));
        }
        var process = contender.start(round, jvmOptions);
        await(process, LONGEST_START, stages.get(0)::isAssigned, "got no partitions");
        var begin = System.nanoTime();
        var applicationBefore = ProcessCost.of(process.handle());
        var brokerBefore = ProcessCost.of(round.broker().handle());
        for (var stage : stages) {
          drain(contender, process, stages.get(0), stage, clicks, begin);
        }
        var seconds = (System.nanoTime() - begin) / 1e9;
        var measurement =
            new Measurement(
                clicks,
                pairUpdates,
                seconds,
                ProcessCost.of(process.handle()).since(applicationBefore),
                ProcessCost.of(round.broker().handle()).since(brokerBefore),
                logBytes(round) - logBefore);
        round.stop(process);
        progress.accept(
            String.format(
                Locale.ROOT, "%s: %,.0f clicks/s", contender, measurement.clicksPerSecond()));
        return measurement;
      } finally {
        stages.forEach(StageProgress::close);
      }
    }
  }

  private void drain(
      Contender contender,
      ChildProcess process,
      StageProgress first,
      StageProgress stage,
      long clicks,
      long begin) {
    var ends = stage.recordEnds();
    var nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
    var standsSince = System.nanoTime();
    var last = -1L;
    while (!stage.isBeyond(ends)) {
      process.requireAlive();
      var now = System.nanoTime();
      var committed = stage.committed();
      if (committed != last) {
        last = committed;
        standsSince = now;
      } else if (now - standsSince > LONGEST_STAND.toNanos()) {
        throw process.failure("has not moved for " + LONGEST_STAND.toSeconds() + " s");
      }
      if (now >= nextLine) {
        nextLine = now + BETWEEN_LINES.toNanos();
        var done = first.committed();
        var seconds = (now - begin) / 1e9;
        progress.accept(
            String.format(
                Locale.ROOT,
                "%s: %,d of %,d clicks committed after %.0f s, %,.0f/s%s",
                contender,
                done,
                clicks,
                seconds,
                done / seconds,
                stage == first ? "" : ", the rest of the way follows"));
      }
      pause();
    }
  }

  private static void await(
      ChildProcess process, Duration timeout, BooleanSupplier condition, String failure) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      process.requireAlive();
      if (System.nanoTime() > deadline) {
        throw process.failure(failure + " within " + timeout.toSeconds() + " s");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while draining", e);
    }
  }

  private static long logBytes(Round round) {
    var nodes = Answers.await(round.admin().describeCluster().nodes());
    var ids = nodes.stream().map(node -> node.id()).toList();
    return Answers.await(round.admin().describeLogDirs(ids).allDescriptions()).values().stream()
        .flatMap(folders -> folders.values().stream())
        .flatMap(folder -> folder.replicaInfos().values().stream())
        .mapToLong(replica -> replica.size())
        .sum();
  }
}
