package io.shopstream.streams.state;

import io.micronaut.context.annotation.Context;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.RunningApplication;
import io.shopstream.streams.runtime.StreamsRuntime;
import io.shopstream.streams.store.RowStore;
import io.shopstream.streams.store.RowsOfPartition;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores that are open here, found before anybody asks for them. Who looks for a store in Kafka
 * Streams waits for the thread that moves tasks, which keeps its list to itself while it writes
 * what moves away to the disk. So a thread of its own looks, soon after anything has changed;
 * readers never wait.
 *
 * <p>What was found a moment ago may be closed by now: then it refuses to be read. Or it may have
 * turned into a copy: then it says so.
 */
@Context
final class OpenRows {

  private static final Logger LOG = LoggerFactory.getLogger(OpenRows.class);
  private static final Duration PERIOD = Duration.ofMillis(20);
  private static final long LONGEST_UNSEEN_NANOS = Duration.ofSeconds(1).toNanos();
  private static final RowsOfPartition ROWS = new RowsOfPartition();

  /**
   * Rows of a partition of a store.
   *
   * @param owned whether they were this instance's to update when they were found
   * @param handedOver how often they had been handed over then
   */
  private record Found(ReadOnlyKeyValueStore<Bytes, byte[]> rows, boolean owned, int handedOver) {}

  /** What was found of an application. */
  private static final class Finds {
    private long changes = -1;
    private long nanos;
    private final Map<StateStore, List<Optional<Found>>> byStore = new ConcurrentHashMap<>();
  }

  private final StreamsRuntime runtime;
  private final Map<RunningApplication, Finds> finds = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "open-rows");
            thread.setDaemon(true);
            return thread;
          });

  OpenRows(StreamsRuntime runtime) {
    this.runtime = runtime;
    var unused =
        thread.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Rows that this instance updates; empty when it does not, or cannot be read now. */
  Optional<ReadOnlyKeyValueStore<Bytes, byte[]>> owned(
      RunningApplication application, StateStore store, int partition) {
    return found(application, store, partition)
        .filter(found -> found.owned() && found.handedOver() == handedOver(found.rows()))
        .map(Found::rows);
  }

  /** Rows that are here, whoever updates them. */
  Optional<ReadOnlyKeyValueStore<Bytes, byte[]>> held(
      RunningApplication application, StateStore store, int partition) {
    return found(application, store, partition).map(Found::rows);
  }

  private Optional<Found> found(RunningApplication application, StateStore store, int partition) {
    var ofApplication = finds.get(application);
    var ofStore = ofApplication == null ? null : ofApplication.byStore.get(store);
    return ofStore == null ? Optional.empty() : ofStore.get(partition);
  }

  private static int handedOver(ReadOnlyKeyValueStore<Bytes, byte[]> rows) {
    return rows instanceof RowStore store ? store.handedOver() : 0;
  }

  private void look() {
    for (var application : runtime.applications()) {
      var known = finds.computeIfAbsent(application, unused -> new Finds());
      var changes = application.changes();
      var now = System.nanoTime();
      if (changes != known.changes || now - known.nanos > LONGEST_UNSEEN_NANOS) {
        try {
          known.byStore.putAll(look(application, known.byStore));
          known.changes = changes;
          known.nanos = now;
        } catch (RuntimeException e) {
          // What was found before goes on to serve until it is closed.
          LOG.debug("The stores of {} cannot be looked for: {}", application, e.toString());
        }
      }
    }
  }

  private Map<StateStore, List<Optional<Found>>> look(
      RunningApplication application, Map<StateStore, List<Optional<Found>>> before) {
    var found = new EnumMap<StateStore, List<Optional<Found>>>(StateStore.class);
    for (var store : application.topology().queryableStores()) {
      var foundBefore = before.get(store.store());
      var ofStore = new ArrayList<Optional<Found>>(runtime.partitions());
      for (var partition = 0; partition < runtime.partitions(); partition++) {
        var last = foundBefore == null ? Optional.<Found>empty() : foundBefore.get(partition);
        ofStore.add(look(application, store, partition).or(() -> onItsWay(last)));
      }
      found.put(store.store(), List.copyOf(ofStore));
    }
    return found;
  }

  private static Optional<Found> look(
      RunningApplication application, QueryableStore store, int partition) {
    var parameters =
        StoreQueryParameters.fromNameAndType(store.store().storeName(), ROWS)
            .withPartition(partition);
    return rows(application, parameters)
        .map(rows -> new Found(rows, true, handedOver(rows)))
        .or(
            () ->
                rows(application, parameters.enableStaleStores())
                    .map(rows -> new Found(rows, false, handedOver(rows))));
  }

  /**
   * A copy that is being promoted, or turned back into one, is in no list of Kafka Streams for a
   * while, which takes a second on a crowded machine; it is open all the time.
   */
  private static Optional<Found> onItsWay(Optional<Found> last) {
    return last.filter(found -> found.rows() instanceof RowStore store && store.isOpen())
        .map(found -> new Found(found.rows(), false, found.handedOver()));
  }

  private static Optional<ReadOnlyKeyValueStore<Bytes, byte[]>> rows(
      RunningApplication application,
      StoreQueryParameters<ReadOnlyKeyValueStore<Bytes, byte[]>> parameters) {
    try {
      return Optional.of(application.streams().store(parameters));
    } catch (InvalidStateStoreException | IllegalStateException notHeld) {
      return Optional.empty();
    }
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
  }
}
