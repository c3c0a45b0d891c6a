package io.shopstream.query.state;

import io.netty.channel.EventLoop;
import io.shopstream.query.config.StateConfiguration;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One read of some keys of a store, with its retries; confined to one event loop.
 *
 * <p>Each key is asked of the instance that updates it; when that one is away, slow or not ready,
 * of a standby; then of everybody else, because who holds what moves faster than anyone can tell;
 * and again after a look into the directory. The first answer counts.
 */
final class Read {

  private static final long PAUSE_MILLIS = 50;
  private static final int LONGEST_STORY = 3_000;

  private final ReadRequests.Question question;
  private final List<byte[]> keys;
  private final EventLoop loop;
  private final ReadRequests requests;
  private final Directory directory;
  private final long deadlineNanos;
  private final long hedgeNanos;

  private final StateRow[] rows;
  private final int[] asked;
  private final StateRow[] absent;
  private final Set<Instance> failed = new HashSet<>();
  private final List<Integer> again = new ArrayList<>();
  private final CompletableFuture<List<StateRow>> result = new CompletableFuture<>();
  private int open;
  private int pending;
  private boolean directoryOutdated;
  private boolean directoryRenewed;
  private final long startNanos = System.nanoTime();
  private final StringJoiner story = new StringJoiner("; ");

  Read(
      ReadRequests.Question question,
      List<byte[]> keys,
      EventLoop loop,
      ReadRequests requests,
      Directory directory,
      StateConfiguration config) {
    this.question = question;
    this.keys = keys;
    this.loop = loop;
    this.requests = requests;
    this.directory = directory;
    this.deadlineNanos = System.nanoTime() + config.deadline().toNanos();
    this.hedgeNanos = config.hedgeAfter().toNanos();
    this.rows = new StateRow[keys.size()];
    this.asked = new int[keys.size()];
    this.absent = new StateRow[keys.size()];
    this.open = keys.size();
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

  private void ask(List<Integer> places) {
    var byTarget = new LinkedHashMap<Instance, List<Integer>>();
    for (var place : places) {
      var target = target(place);
      if (target == null) {
        again.add(place);
        directoryOutdated = true;
      } else {
        byTarget.computeIfAbsent(target, unused -> new ArrayList<>()).add(place);
      }
    }
    // One more than there are, so that an answer that is there at once does not end the round.
    pending++;
    byTarget.forEach(
        (target, ofTarget) -> {
          for (var from = 0; from < ofTarget.size(); from += question.mostKeys()) {
            send(
                target,
                ofTarget.subList(from, Math.min(from + question.mostKeys(), ofTarget.size())));
          }
        });
    answered();
  }

  /** Whom to ask for a key: those that are suspect only when nobody else is left. */
  private Instance target(int place) {
    var holders = directory.ownership().holders(question.store(), keys.get(place)).orElse(null);
    if (holders == null) {
      return null;
    }
    var order = new LinkedHashSet<Instance>();
    holders.active().ifPresent(order::add);
    order.addAll(holders.standbys());
    order.addAll(directory.ownership().instances());
    Instance lastResort = null;
    for (var instance : order) {
      if (!failed.contains(instance)) {
        if (!directory.suspects(instance)) {
          return instance;
        }
        lastResort = lastResort == null ? instance : lastResort;
      }
    }
    return lastResort;
  }

  private void send(Instance target, List<Integer> places) {
    pending++;
    var wanted = new ArrayList<ByteBuffer>(places.size());
    for (var place : places) {
      asked[place]++;
      wanted.add(ByteBuffer.wrap(keys.get(place)));
    }
    var reply = requests.read(target, question, wanted, deadlineNanos - System.nanoTime());
    var hedge =
        reply.isDone()
            ? null
            : loop.schedule(() -> hedge(target, places), hedgeNanos, TimeUnit.NANOSECONDS);
    var unused =
        reply.whenComplete(
            (got, failure) -> {
              if (hedge != null) {
                hedge.cancel(false);
              }
              for (var place : places) {
                asked[place]--;
              }
              if (failure != null) {
                directory.suspect(target);
                refuse(target, places, failure.toString());
              } else {
                take(target, places, got);
              }
              answered();
            });
  }

  /** An answer is late: another instance is asked too, and this one not first for a while. */
  private void hedge(Instance slow, List<Integer> places) {
    if (result.isDone() || System.nanoTime() >= deadlineNanos) {
      return;
    }
    directory.suspect(slow);
    failed.add(slow);
    tell(slow + " is late");
    var late = new ArrayList<Integer>(places.size());
    for (var place : places) {
      if (rows[place] == null && asked[place] == 1 && target(place) != null) {
        late.add(place);
      }
    }
    if (!late.isEmpty()) {
      ask(late);
    }
  }

  private void take(Instance target, List<Integer> places, ReadRequests.Reply reply) {
    if (reply instanceof ReadRequests.Reply.Rows found) {
      for (var i = 0; i < places.size(); i++) {
        if (rows[places.get(i)] == null) { // else another was faster
          take(target, places.get(i), found.rows().get(i));
        }
      }
    } else if (reply instanceof ReadRequests.Reply.Refusal refusal) {
      // 421: holds it no more. 503: starting or restoring. Anything else is a fault of its own.
      // Told 421 twice, the directory is behind too, and somebody else is the better choice.
      directoryOutdated |= refusal.status() == 421 && !directoryRenewed;
      refuse(target, places, "status " + refusal.status() + " " + refusal.reason());
    }
  }

  private void take(Instance target, int place, StateRow row) {
    if (row instanceof StateRow.Absent absence
        && absence.stale()
        && asksOthers(target, place, absence)) {
      return;
    }
    rows[place] = row;
    open--;
  }

  /**
   * A copy that is behind has not got the newest rows: whether there is none is asked of the others
   * too, and believed when none of them has it.
   *
   * @return whether somebody else is left to ask
   */
  private boolean asksOthers(Instance target, int place, StateRow.Absent absence) {
    failed.add(target);
    absent[place] = absence;
    if (asked[place] > 0) {
      return true;
    }
    if (!hasAnotherWhoAnswers(place)) {
      return false;
    }
    again.add(place);
    return true;
  }

  private boolean hasAnotherWhoAnswers(int place) {
    var another = target(place);
    return another != null && !directory.suspects(another);
  }

  /** Nobody else has these either. */
  private void believeAbsence() {
    again.removeIf(
        place -> {
          if (absent[place] == null || hasAnotherWhoAnswers(place)) {
            return false;
          }
          rows[place] = absent[place];
          open--;
          return true;
        });
  }

  private void refuse(Instance target, List<Integer> places, String why) {
    failed.add(target);
    tell(target + ": " + why);
    for (var place : places) {
      if (rows[place] == null && asked[place] == 0) {
        again.add(place);
      }
    }
  }

  /** What became of each attempt, for who wants to know why there was no answer. */
  private void tell(String what) {
    if (story.length() < LONGEST_STORY) {
      var millis = (System.nanoTime() - startNanos) / 1_000_000;
      story.add(millis + " ms " + what);
    }
  }

  private void answered() {
    pending--;
    if (result.isDone()) {
      return;
    }
    if (pending == 0) {
      believeAbsence();
    }
    if (open == 0) {
      result.complete(Arrays.asList(rows));
      return;
    }
    if (pending > 0) {
      return;
    }
    var places = List.copyOf(again);
    again.clear();
    if (System.nanoTime() >= deadlineNanos || directory.silent()) {
      tell("given up");
      var reason = question.store().storeName() + " after " + story;
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
    for (var place : places) {
      if (target(place) == null) {
        return false;
      }
    }
    return true;
  }
}
