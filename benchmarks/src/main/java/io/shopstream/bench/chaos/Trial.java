package io.shopstream.bench.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Events and questions against one cluster, from scenario to scenario: what was counted wrong in
 * one is not held against the next.
 */
final class Trial implements AutoCloseable {

  private static final int STILL_ITEMS = 40;
  private static final int STILL_VISITORS = 80;

  /** Classes are loaded and compiled, connections stand, visitors are known. */
  private static final Duration WARM_UP = Duration.ofSeconds(45);

  private static final Duration QUIET_BEFORE = Duration.ofSeconds(2);
  private static final Duration LONGEST_DRAIN = Duration.ofMinutes(10);
  private static final Duration LONGEST_WITHOUT_CHANGE = Duration.ofSeconds(30);
  private static final Duration SETTLING = Duration.ofMillis(700);

  /** What to do while events flow and questions are asked. */
  interface Act {
    void run(Load load, Progress progress, Consumer<String> tell) throws InterruptedException;
  }

  /** What became of one scenario. */
  record Result(
      String name,
      long events,
      long lost,
      long twice,
      Queries.Tally queries,
      double pauseSeconds,
      double recoverySeconds,
      List<String> examples) {

    boolean isGood() {
      return lost == 0 && twice == 0 && queries.failed() == 0;
    }
  }

  private final Cluster cluster;
  private final Shop shop;
  private final Progress progress;
  private final Load load;
  private final Queries queries;
  private final Recount recount;
  private final Held held;
  private final Consumer<String> tell;
  private final List<Thread> threads = new ArrayList<>();
  private Reckoning.Difference before = new Reckoning.Difference(0, 0, 0, List.of());

  /** Prepares; nothing flows yet. */
  Trial(Cluster cluster, long seed, double events, double questions, Consumer<String> tell) {
    this.cluster = cluster;
    this.tell = tell;
    shop = new Shop(cluster.queryUrls());
    progress = new Progress(cluster.admin());
    load = new Load(cluster, shop, progress, "r" + seed, seed, events);
    recount = new Recount(cluster);
    held = new Held(cluster::streamsUrls, cluster.stateAuthorization());
    queries = new Queries(shop, load, questions, seed);
    start("progress", progress);
    start("load", load::run);
    start("queries", queries::run);
  }

  private void start(String name, Runnable task) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  /** Publishes what is asked for all along, and lets events flow for a while. */
  void begin() throws InterruptedException {
    load.publishFrozen(STILL_ITEMS, STILL_VISITORS);
    var first = drain();
    if (!first.none()) {
      throw new IllegalStateException(
          "Counts differ before anything is broken: " + String.join("; ", first.examples()));
    }
    queries.learn(recount);
    settle(first);
    load.flow(true);
    queries.ask(true);
    tell.accept("warming up for %d s".formatted(WARM_UP.toSeconds()));
    Thread.sleep(WARM_UP.toMillis());
    queries.take();
  }

  Load load() {
    return load;
  }

  /** Runs one scenario, puts everything right, and counts. */
  Result run(String name, Act act) throws InterruptedException {
    load.flow(true);
    queries.ask(true);
    Thread.sleep(QUIET_BEFORE.toMillis());
    progress.begin();
    queries.take();
    var sent = load.sent();
    var begin = System.nanoTime();
    act.run(load, progress, tell);
    load.quirks(Load.Quirks.NONE);
    cluster.restoreAll();
    Thread.sleep(QUIET_BEFORE.toMillis());
    load.flow(false);
    Thread.sleep(QUIET_BEFORE.toMillis());
    load.release();
    var difference = drain();
    var tally = queries.take();
    var examples = new ArrayList<String>(tally.examples());
    examples.addAll(difference.examples());
    var result =
        new Result(
            name,
            load.sent() - sent,
            Math.max(0, difference.lost() - before.lost()),
            Math.max(0, difference.twice() - before.twice()),
            tally,
            progress.longestPauseSeconds(),
            progress.recoverySeconds(),
            examples);
    settle(difference);
    tell.accept(
        "%d counts compared, %d wrong; %d of %d questions failed; %d s"
            .formatted(
                difference.counts(),
                difference.lost() + difference.twice(),
                tally.failed(),
                tally.sent(),
                (System.nanoTime() - begin) / 1_000_000_000));
    return result;
  }

  private void settle(Reckoning.Difference difference) {
    recount.touched.clear();
    before = difference;
  }

  /** Waits until every count is right, or nothing changes any more. */
  private Reckoning.Difference drain() throws InterruptedException {
    load.flush();
    var begin = System.nanoTime();
    var changed = begin;
    var last = new Reckoning.Difference(0, Long.MAX_VALUE, 0, List.of());
    while (true) {
      var now = System.nanoTime();
      try {
        recount.goOn();
        var difference = Reckoning.compare(recount, held, recount.touched, load.acknowledged());
        if (difference.lost() != last.lost() || difference.twice() != last.twice()) {
          changed = now;
        }
        last = difference;
        if (load.isSettled()
            && progress.isDrained()
            && difference.lost() == before.lost()
            && difference.twice() == before.twice()) {
          return difference;
        }
      } catch (IOException e) {
        changed = now; // nobody holds it just now
        last = new Reckoning.Difference(0, Long.MAX_VALUE, 0, List.of(e.toString()));
      }
      if ((now - changed > LONGEST_WITHOUT_CHANGE.toNanos() && load.isSettled())
          || now - begin > LONGEST_DRAIN.toNanos()) {
        return last;
      }
      Thread.sleep(SETTLING.toMillis());
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    load.close();
    recount.close();
  }
}
