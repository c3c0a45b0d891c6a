package io.shopstream.query.state;

import io.netty.channel.EventLoop;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.StateRequest;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One read of some keys of a store, with its retries; confined to one event loop.
 *
 * <p>Each key is asked of the instance that updates it; when that one is away or not ready, of a
 * standby; when it is not the holder any more, of the new holder after a look into the directory.
 */
final class Read {

  private static final int MOST_KEYS_A_REQUEST = 1_000;
  private static final long PAUSE_MILLIS = 50;

  private final StateStore store;
  private final List<byte[]> keys;
  private final EventLoop loop;
  private final StateConnections connections;
  private final Directory directory;
  private final long deadlineNanos;

  private final StateRow[] rows;
  private final Set<Instance> failed = new HashSet<>();
  private final List<Integer> again = new ArrayList<>();
  private final CompletableFuture<List<StateRow>> result = new CompletableFuture<>();
  private int pending;
  private boolean directoryOutdated;
  private boolean directoryRenewed;
  private String reason = "nobody holds it";

  Read(
      StateStore store,
      List<byte[]> keys,
      EventLoop loop,
      StateConnections connections,
      Directory directory,
      Duration deadline) {
    this.store = store;
    this.keys = keys;
    this.loop = loop;
    this.connections = connections;
    this.directory = directory;
    this.deadlineNanos = System.nanoTime() + deadline.toNanos();
    this.rows = new StateRow[keys.size()];
  }

  /** Starts; called on the loop. */
  void start() {
    var all = new ArrayList<Integer>(keys.size());
    for (var place = 0; place < keys.size(); place++) {
      all.add(place);
    }
    ask(all);
  }

  /** Completes on the loop with a row a key. */
  CompletableFuture<List<StateRow>> result() {
    return result;
  }

  /** Where to ask for a key: the instance, and whether it is a standby. */
  private record Target(Instance instance, boolean standby) {}

  private void ask(List<Integer> places) {
    var byTarget = new LinkedHashMap<Target, List<Integer>>();
    var ownership = directory.ownership();
    for (var place : places) {
      var target = ownership.holders(store, keys.get(place)).map(this::target).orElse(null);
      if (target == null) {
        again.add(place);
        directoryOutdated = true;
      } else {
        byTarget.computeIfAbsent(target, unused -> new ArrayList<>()).add(place);
      }
    }
    // One more than there are, so that an answer that is there at once does not end the round.
    pending = 1;
    byTarget.forEach(
        (target, ofTarget) -> {
          for (var from = 0; from < ofTarget.size(); from += MOST_KEYS_A_REQUEST) {
            pending++;
            send(
                target,
                ofTarget.subList(from, Math.min(from + MOST_KEYS_A_REQUEST, ofTarget.size())));
          }
        });
    answered();
  }

  /** The active, else a standby; those that failed or are suspect only when nobody else is left. */
  private Target target(Ownership.Holders holders) {
    Target lastResort = null;
    if (holders.active().isPresent() && !failed.contains(holders.active().get())) {
      var active = new Target(holders.active().get(), false);
      if (!directory.suspects(active.instance())) {
        return active;
      }
      lastResort = active;
    }
    for (var standby : holders.standbys()) {
      if (!failed.contains(standby)) {
        var target = new Target(standby, true);
        if (!directory.suspects(standby)) {
          return target;
        }
        if (lastResort == null) {
          lastResort = target;
        }
      }
    }
    return lastResort;
  }

  private void send(Target target, List<Integer> places) {
    var wanted = new ArrayList<ByteBuffer>(places.size());
    for (var place : places) {
      wanted.add(ByteBuffer.wrap(keys.get(place)));
    }
    var unused =
        connections
            .post(
                target.instance(),
                "/state/v1/stores/" + store.storeName(),
                AvroBinary.encode(new StateRequest(wanted, target.standby())))
            .whenComplete(
                (answer, failure) -> {
                  try {
                    take(target, places, answer, failure);
                  } catch (IllegalArgumentException e) {
                    refuse(target, places, "an answer that cannot be read: " + e.getMessage());
                  }
                  answered();
                });
  }

  private void take(
      Target target, List<Integer> places, StateConnections.Answer answer, Throwable failure) {
    if (failure != null) {
      directory.suspect(target.instance());
      refuse(target, places, failure.toString());
    } else if (answer.status() == 200) {
      var found = AvroBinary.decode(answer.body(), StateAnswer.class).getRows();
      if (found.size() != places.size()) {
        refuse(target, places, "an answer of " + found.size() + " rows for " + places.size());
        return;
      }
      for (var i = 0; i < places.size(); i++) {
        var row = found.get(i);
        rows[places.get(i)] =
            row.getValue() == null
                ? new StateRow.Absent(row.getStale(), row.getLagRecords())
                : new StateRow.Found(row.getValue(), row.getStale(), row.getLagRecords());
      }
    } else {
      // 421: holds it no more. 503: starting or restoring. Anything else is a fault of its own.
      // Told 421 twice, the directory is behind too, and a standby is the better choice.
      directoryOutdated |= answer.status() == 421 && !directoryRenewed;
      refuse(target, places, "status " + answer.status());
    }
  }

  private void refuse(Target target, List<Integer> places, String why) {
    failed.add(target.instance());
    reason = target.instance() + ": " + why;
    again.addAll(places);
  }

  private void answered() {
    if (--pending > 0) {
      return;
    }
    if (again.isEmpty()) {
      result.complete(Arrays.asList(rows));
      return;
    }
    var places = List.copyOf(again);
    again.clear();
    if (System.nanoTime() >= deadlineNanos || directory.silent()) {
      for (var place : places) {
        rows[place] = new StateRow.Unavailable(reason);
      }
      result.complete(Arrays.asList(rows));
      return;
    }
    if (!directoryOutdated && allHaveAnother(places)) {
      var unused = directory.refresh(); // for the reads to come
      ask(places);
      return;
    }
    directoryOutdated = false;
    var nobodyLeft = !failed.isEmpty() && !allHaveAnother(places);
    directoryRenewed = !nobodyLeft;
    var unused =
        directory
            .refresh()
            .whenCompleteAsync(
                (done, failure) -> {
                  // Whoever failed may be the right one now, or the only one there is.
                  failed.clear();
                  if (nobodyLeft) {
                    askLater(places);
                  } else {
                    ask(places);
                  }
                },
                loop);
  }

  private void askLater(List<Integer> places) {
    var unused = loop.schedule(() -> ask(places), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private boolean allHaveAnother(List<Integer> places) {
    var ownership = directory.ownership();
    for (var place : places) {
      if (ownership.holders(store, keys.get(place)).map(this::target).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
