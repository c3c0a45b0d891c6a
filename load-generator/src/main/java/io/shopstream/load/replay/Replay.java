package io.shopstream.load.replay;

import io.shopstream.load.datasets.EventReader;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Judged;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import io.shopstream.load.replay.Acknowledgements.DeliveryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands the events of a data set to a sink, from a position on, in event-time order and at a pace.
 *
 * <p>The position that is kept counts settled records only, so whenever this process dies, no event
 * is lost; those that were settled after the last save are published again, with the same ids, and
 * count nothing.
 */
final class Replay {

  private static final Duration SAVE_PERIOD = Duration.ofSeconds(1);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);
  private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int CLOCK_EVERY = 64;

  /** Keeps the position. */
  @FunctionalInterface
  interface Keeper {
    void keep(ReplayPosition position) throws IOException;
  }

  private final EventSink sink;
  private final Pace pace;
  private final long limit;
  private final AtomicBoolean stopping;
  private final Keeper keeper;

  private final Acknowledgements acknowledgements = new Acknowledgements();
  private long clicks;
  private long orders;
  private long catalogItems;
  private long outcomes;
  private long firstTimeMs;
  private long lastTimeMs;
  private long startNanos;
  private long savedNanos;
  private long kept = -1;

  /**
   * @param limit most clicks and orders to publish
   * @param stopping set from any thread to end the replay where it is
   * @param keeper told the position now and then, and at the end
   */
  Replay(EventSink sink, Pace pace, long limit, AtomicBoolean stopping, Keeper keeper) {
    this.sink = sink;
    this.pace = pace;
    this.limit = limit;
    this.stopping = stopping;
    this.keeper = keeper;
  }

  /**
   * Replays from a position to the end, the limit, or the wish to stop.
   *
   * @throws ReplayException when the source breaks off or the receiver cannot be reached; the
   *     position is kept
   */
  ReplayReport run(ReplayPosition from, EventReader reader, ReplayProgress progress)
      throws ReplayException, InterruptedException {
    try {
      skip(from, reader);
      var refusedBefore = reader.refusals().total();
      startNanos = System.nanoTime();
      firstTimeMs = 0;
      var complete = publish(from, reader, progress);
      var nanos = System.nanoTime() - startNanos;
      return new ReplayReport(
          clicks - acknowledgements.refusedClicks(),
          orders - acknowledgements.refusedOrders(),
          catalogItems - acknowledgements.refusedItems(),
          reader.refusals().total() - refusedBefore + acknowledgements.refused(),
          nanos,
          complete);
    } catch (UncheckedIOException e) {
      throw new ReplayException(e.getCause().getMessage(), e);
    } catch (IOException e) {
      throw new ReplayException("The position cannot be kept: " + e.getMessage(), e);
    }
  }

  /** Why the receiver refused an event last; empty when it took all. */
  String lastRefusal() {
    return acknowledgements.lastRefusal();
  }

  private static void skip(ReplayPosition from, EventReader reader) throws ReplayException {
    for (var i = 0L; i < from.records(); i++) {
      if (!reader.hasNext()) {
        throw new ReplayException(
            "The position is record %d, but the data set ends after %d. Replay with --from-start."
                .formatted(from.records(), i));
      }
      reader.next();
    }
  }

  private boolean publish(ReplayPosition from, EventReader reader, ReplayProgress progress)
      throws IOException, ReplayException, InterruptedException {
    savedNanos = startNanos;
    var sinceClock = 0;
    try {
      while (!stopping.get() && clicks + orders < limit && reader.hasNext()) {
        var event = reader.next();
        if (!awaitTurn(event, from, progress)) {
          break;
        }
        sink.send(event, acknowledgements.register());
        count(event);
        if (++sinceClock == CLOCK_EVERY) {
          sinceClock = 0;
          acknowledgements.check();
          saveWhenDue(from, progress);
        }
      }
      sink.flush();
      awaitAnswers(from, progress);
      return !stopping.get();
    } catch (DeliveryException e) {
      throw new ReplayException(
          "The receiver did not take an event: %s. The position is kept: when it is back, run the same command again."
              .formatted(e.getMessage()),
          e);
    } finally {
      save(from, progress);
    }
  }

  /** Waits until an event is due; false when the replay is to stop first. */
  private boolean awaitTurn(ShopEvent event, ReplayPosition from, ReplayProgress progress)
      throws IOException, InterruptedException, DeliveryException {
    if (clicks + orders + catalogItems == 0) {
      firstTimeMs = event.timeMs();
    }
    var due = event.timeMs() - firstTimeMs;
    var wait = pace.waitNanos(due, System.nanoTime() - startNanos);
    if (wait > LONGEST_HOLD_NANOS) {
      sink.flush();
    }
    while (wait > 0 && !stopping.get()) {
      TimeUnit.NANOSECONDS.sleep(Math.min(wait, LONGEST_NAP_NANOS));
      acknowledgements.check();
      saveWhenDue(from, progress);
      wait = pace.waitNanos(due, System.nanoTime() - startNanos);
    }
    return !stopping.get();
  }

  private void count(ShopEvent event) {
    lastTimeMs = event.timeMs();
    if (event instanceof Clicked) {
      clicks++;
    } else if (event instanceof Ordered) {
      orders++;
    } else if (event instanceof Judged) {
      outcomes++;
    } else {
      catalogItems++;
    }
  }

  private void awaitAnswers(ReplayPosition from, ReplayProgress progress)
      throws InterruptedException, DeliveryException {
    var handedOver = clicks + orders + catalogItems + outcomes;
    var deadline = System.nanoTime() + LAST_ANSWERS.toNanos();
    while (acknowledgements.settled() < handedOver
        && !(stopping.get() && System.nanoTime() > deadline)) {
      acknowledgements.check();
      TimeUnit.MILLISECONDS.sleep(1);
      progress.show(from.records() + acknowledgements.settled(), lastTimeMs);
    }
  }

  private void saveWhenDue(ReplayPosition from, ReplayProgress progress) throws IOException {
    var now = System.nanoTime();
    if (now - savedNanos > SAVE_PERIOD.toNanos()) {
      savedNanos = now;
      save(from, progress);
    }
  }

  private void save(ReplayPosition from, ReplayProgress progress) throws IOException {
    var settled = from.records() + acknowledgements.settled();
    if (settled != kept) {
      keeper.keep(from.at(settled));
      kept = settled;
    }
    progress.show(settled, lastTimeMs);
  }
}
