package io.shopstream.query.state;

import io.netty.channel.EventLoop;
import io.shopstream.events.StateMetadata;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.query.config.StateConfiguration;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who holds what, and who does not answer. Asks one instance at a time, whoever answers
 * first; again now and then, and whenever a read met a surprise.
 */
final class Directory {

  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
  private static final String PATH = "/state/v1/metadata";

  private final List<Instance> bootstrap;
  private final StateConfiguration config;
  private final EventLoop loop;
  private final StateConnections connections;
  private final Set<Instance> suspects = ConcurrentHashMap.newKeySet();
  private final LinePace suspectedLine = new LinePace(Duration.ofSeconds(5));

  private volatile Ownership known = Ownership.NONE;
  private volatile boolean answered;
  private volatile long silentSinceNanos = System.nanoTime();
  private volatile boolean closed;

  // On the loop only.
  private CompletableFuture<Void> refreshing;
  private boolean refusalTold;
  private long refreshedNanos;
  private int turn;

  /**
   * Starts asking.
   *
   * @param loop on which all of it happens; the connections are that loop's
   */
  Directory(
      List<Instance> bootstrap,
      StateConfiguration config,
      EventLoop loop,
      StateConnections connections) {
    this.bootstrap = bootstrap;
    this.config = config;
    this.loop = loop;
    this.connections = connections;
    this.refreshedNanos = System.nanoTime() - config.refreshPause().toNanos();
    loop.execute(this::refreshNowAndThen);
  }

  /** Who holds what, as far as is known. */
  Ownership ownership() {
    return known;
  }

  /** Whether somebody answered the last question. */
  boolean answered() {
    return answered;
  }

  /** Whether nobody has answered for so long that waiting is of no use. */
  boolean silent() {
    return !answered && System.nanoTime() - silentSinceNanos > config.deadline().toNanos();
  }

  /** Whether an instance did not answer lately, and was not heard of since. */
  boolean suspects(Instance instance) {
    return !suspects.isEmpty() && suspects.contains(instance);
  }

  /** An instance did not answer: others are asked first until it does. */
  void suspect(Instance instance) {
    if (suspects.add(instance)) {
      if (suspectedLine.isDue()) { // on a crowded machine it may be late many times a second
        LOG.warn("Instance {} of streams-app does not answer; others are asked first", instance);
      }
      probeLater(instance);
    }
  }

  private void probeLater(Instance instance) {
    later(config.connectTimeout(), () -> probe(instance));
  }

  private void probe(Instance instance) {
    var unused =
        connections
            .get(instance, PATH)
            .whenComplete(
                (answer, failure) -> {
                  // One that was cut off answers, but says that it knows nothing for sure.
                  var well = failure == null && answer.status() == 200;
                  if (well || !known.instances().contains(instance)) {
                    suspects.remove(instance);
                    LOG.debug("Instance {} of streams-app is asked again", instance);
                  } else {
                    probeLater(instance);
                  }
                });
  }

  private void refreshNowAndThen() {
    var unused =
        refresh()
            .whenComplete(
                (done, failure) ->
                    later(
                        answered ? config.refreshInterval() : config.connectTimeout(),
                        this::refreshNowAndThen));
  }

  private void later(Duration pause, Runnable task) {
    if (!closed) {
      var unused =
          loop.schedule(
              () -> {
                if (!closed) {
                  task.run();
                }
              },
              pause.toNanos(),
              TimeUnit.NANOSECONDS);
    }
  }

  /** Asks who holds what; completes on the loop when somebody has answered or nobody did. */
  CompletableFuture<Void> refresh() {
    if (!loop.inEventLoop()) {
      var done = new CompletableFuture<Void>();
      loop.execute(() -> complete(done, refresh()));
      return done;
    }
    if (refreshing == null) {
      refreshing = new CompletableFuture<>();
      var pause = config.refreshPause().toNanos() - (System.nanoTime() - refreshedNanos);
      if (pause > 0) {
        later(Duration.ofNanos(pause), () -> ask(inTurn(), Ownership.NONE, false));
      } else {
        ask(inTurn(), Ownership.NONE, false);
      }
    }
    return refreshing;
  }

  private static void complete(CompletableFuture<Void> done, CompletableFuture<Void> when) {
    var unused = when.whenComplete((nothing, failure) -> done.complete(null));
  }

  /** Those who answered lately, then the suspects, then the bootstrap addresses. */
  private Queue<Instance> inTurn() {
    var instances = List.copyOf(known.instances());
    var order = new LinkedHashSet<Instance>();
    for (var i = 0; i < instances.size(); i++) {
      var instance = instances.get(Math.floorMod(turn + i, instances.size()));
      if (!suspects.contains(instance)) {
        order.add(instance);
      }
    }
    turn++;
    order.addAll(bootstrap);
    order.addAll(instances);
    return new ArrayDeque<>(order);
  }

  /**
   * Asks one after the other until every store is told of: instances may run some of the
   * applications only.
   *
   * @param told by those that were asked before
   * @param somebodyAnswers whether one of them answered, though it may know nothing
   */
  private void ask(Queue<Instance> rest, Ownership told, boolean somebodyAnswers) {
    var instance = rest.poll();
    if (instance == null) {
      if (!told.instances().isEmpty()) {
        take(told);
      } else if (somebodyAnswers) {
        answered = true; // what was known goes on to serve
      } else if (answered) {
        answered = false;
        silentSinceNanos = System.nanoTime();
        LOG.warn("No instance of streams-app answers; asking on");
      }
      refreshed();
      return;
    }
    var unused =
        connections
            .get(instance, PATH)
            .whenComplete(
                (answer, failure) -> {
                  var heard =
                      failure == null && answer.status() == 200 ? read(answer.body()) : null;
                  if (heard == null) {
                    if (failure == null && answer.status() == 401 && !refusalTold) {
                      refusalTold = true;
                      LOG.warn(
                          "Instance {} of streams-app does not know the state secret of this"
                              + " process (STATE_SECRET)",
                          instance);
                    }
                    ask(rest, told, somebodyAnswers || failure == null);
                    return;
                  }
                  var all = told.orElse(heard);
                  if (all.isOfEveryStore()) {
                    take(all);
                    refreshed();
                  } else {
                    ask(rest, all, true);
                  }
                });
  }

  private void take(Ownership told) {
    known = told.orElse(known);
    refusalTold = false;
    if (!answered) {
      answered = true;
      LOG.info("State is held by {}", told.instances());
    }
  }

  private void refreshed() {
    var done = refreshing;
    refreshing = null;
    refreshedNanos = System.nanoTime();
    done.complete(null);
  }

  private static Ownership read(byte[] body) {
    try {
      var ownership = Ownership.of(AvroBinary.decode(body, StateMetadata.class));
      return ownership.instances().isEmpty() ? null : ownership; // it knows nothing yet itself
    } catch (IllegalArgumentException e) {
      LOG.warn("An answer of {} cannot be read: {}", PATH, e.toString());
      return null;
    }
  }

  void close() {
    closed = true;
  }
}
