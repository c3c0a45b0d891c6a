package io.shopstream.streams.state;

import io.micronaut.context.annotation.Context;
import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.runtime.RunningApplication;
import io.shopstream.streams.runtime.StreamsRuntime;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.LagInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the copies of this instance are behind, and which of them may answer. A copy that was
 * made from nothing says «there is none» of everything it has not got yet, so it must have caught
 * up once; from then on it only moves forward, also while the broker is away or while it is being
 * promoted, unless it is made anew.
 *
 * <p>Asking for lags takes a request to the brokers, so threads of their own do it: readers never
 * wait, nor does one application for another when a broker hangs.
 */
@Context
final class LocalCopies {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);
  private static final Duration PERIOD = Duration.ofMillis(500);

  /** An idle changelog ends with the marker of a transaction, which is never «taken». */
  private static final long MARKERS = 2;

  private static final long STANDS_STILL_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long MOST_BEHIND = 1_000;
  private static final long SHARE_BEHIND = 20;

  private record Key(String application, String store, int partition) {}

  /**
   * What was seen of one copy last.
   *
   * @param position in the changelog up to which it has everything
   * @param lag records behind the end
   * @param goal end of the changelog when it was seen for the first time since it began
   * @param stoodNanos since when the position is what it is, in nanoseconds of the clock
   * @param caughtUp whether it has had everything once
   */
  record Copy(
      long position,
      long lag,
      long goal,
      long stoodNanos,
      boolean caughtUp,
      RunningApplication.Begin begin) {

    /** A copy of which nothing was known. */
    static Copy first(long position, long end, RunningApplication.Begin begin, long nanos) {
      var lag = Math.max(0, end - position);
      return new Copy(position, lag, end, nanos, lag <= MARKERS, begin);
    }

    /**
     * The same copy, seen again. It is complete when it has got to where the changelog ended when
     * it began. What transactions that failed left at that end never comes, so one that is near and
     * gets no further is complete as well.
     */
    Copy then(long position, long end, RunningApplication.Begin begin, long nanos) {
      var fresh = first(position, end, begin, nanos);
      var near = fresh.lag <= MARKERS + Math.min(MOST_BEHIND, end / SHARE_BEHIND);
      var goesOn =
          position >= this.position - MARKERS
              && (begin.equals(this.begin) || goesOnFrom(this.position, begin) || near);
      if (!goesOn) {
        return fresh;
      }
      var sameGoal = begin.equals(this.begin) ? goal : fresh.goal;
      var stood = position == this.position ? stoodNanos : nanos;
      var complete =
          caughtUp
              || (near && (position >= sameGoal - MARKERS || nanos - stood > STANDS_STILL_NANOS));
      return new Copy(position, fresh.lag, sameGoal, stood, complete, begin);
    }
  }

  /**
   * What there is of an application here.
   *
   * @param copies partitions of its queryable stores that are here, owned or followed
   * @param incomplete those that never had everything
   */
  record Completeness(int copies, int incomplete) {}

  private final StreamsRuntime runtime;
  private final Map<String, Completeness> completeness = new ConcurrentHashMap<>();
  private final Map<Key, Copy> copies = new ConcurrentHashMap<>();
  private final Set<RunningApplication> lookedAt = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(LocalCopies::thread);

  /** One an application at most. */
  private final ExecutorService lookers = Executors.newCachedThreadPool(LocalCopies::thread);

  LocalCopies(StreamsRuntime runtime) {
    this.runtime = runtime;
    var unused =
        thread.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Changelog records that the local copy has not taken yet, as known lately; empty when there is
   * no copy here, or one that never had everything.
   */
  OptionalLong lag(RunningApplication application, StateStore store, int partition) {
    var name = store.storeName();
    var copy = copies.get(new Key(application.applicationId(), name, partition));
    if (copy == null || !copy.caughtUp()) {
      return OptionalLong.empty();
    }
    var begin = application.begin(name, partition);
    return begin.equals(copy.begin()) || goesOnFrom(copy.position(), begin)
        ? OptionalLong.of(copy.lag())
        : OptionalLong.empty(); // made anew since then
  }

  /**
   * What an owner has written ends with a marker, which who follows it from there does not count.
   */
  private static boolean goesOnFrom(long position, RunningApplication.Begin begin) {
    return begin.offset() >= position - MARKERS;
  }

  /** What is known of a copy, in words, for who wants to know why it does not answer. */
  String told(RunningApplication application, StateStore store, int partition) {
    var name = store.storeName();
    var copy = copies.get(new Key(application.applicationId(), name, partition));
    return copy == null
        ? "no copy was ever here"
        : "a copy %s at %d, %d behind when seen last; it began at %d, now at %d"
            .formatted(
                copy.caughtUp() ? "that had everything" : "that never had everything",
                copy.position(),
                copy.lag(),
                copy.begin().offset(),
                application.begin(name, partition).offset());
  }

  /** What is here of an application, as seen last while it ran; empty when it has not run yet. */
  Optional<Completeness> completeness(RunningApplication application) {
    return Optional.ofNullable(completeness.get(application.applicationId()));
  }

  private void look() {
    for (var application : runtime.applications()) {
      if (lookedAt.add(application)) {
        lookers.execute(() -> lookAndGoOn(application));
      }
    }
  }

  private void lookAndGoOn(RunningApplication application) {
    try {
      look(application);
    } catch (RuntimeException e) {
      // What was known last goes on to serve: a broker that is away makes no copy worse.
      LOG.debug("Lags of {} are not known: {}", application.applicationId(), e.toString());
    } finally {
      lookedAt.remove(application);
    }
  }

  private void look(RunningApplication application) {
    var ran = application.phase() == RunningApplication.Phase.RUNNING;
    // The beginnings first: a copy that is made anew meanwhile must not be taken for the old one.
    var begins = new HashMap<Key, RunningApplication.Begin>();
    for (var store : application.topology().queryableStores()) {
      for (var partition = 0; partition < runtime.partitions(); partition++) {
        var name = store.store().storeName();
        begins.put(
            new Key(application.applicationId(), name, partition),
            application.begin(name, partition));
      }
    }
    var here = new ArrayList<Copy>();
    var nanos = System.nanoTime();
    application
        .streams()
        .allLocalStorePartitionLags()
        .forEach(
            (store, partitions) ->
                partitions.forEach(
                    (partition, lag) -> {
                      var key = new Key(application.applicationId(), store, partition);
                      var begin = begins.get(key);
                      if (begin != null) {
                        here.add(
                            copies.compute(
                                key, (unused, before) -> seen(before, lag, begin, nanos)));
                      }
                    }));
    if (ran) {
      var incomplete = (int) here.stream().filter(copy -> !copy.caughtUp()).count();
      completeness.put(application.applicationId(), new Completeness(here.size(), incomplete));
    }
  }

  private static Copy seen(
      @Nullable Copy before, LagInfo lag, RunningApplication.Begin begin, long nanos) {
    var position = lag.currentOffsetPosition();
    var end = lag.endOffsetPosition();
    return before == null
        ? Copy.first(position, end, begin, nanos)
        : before.then(position, end, begin, nanos);
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "copies");
    thread.setDaemon(true);
    return thread;
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
    lookers.shutdownNow();
  }
}
