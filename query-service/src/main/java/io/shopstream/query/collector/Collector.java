package io.shopstream.query.collector;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.server.HttpServerConfiguration;
import io.shopstream.events.Click;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.query.collector.OrderAdmission.Verdict;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.problem.FieldError;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.profile.FreshClicks;
import io.shopstream.query.scores.Scores;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events in: parses and checks them, writes the good ones to Kafka and answers when Kafka has
 * them. What waits is bounded by {@link BodyAdmission}.
 */
@Singleton
final class Collector {

  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
  private static final long WARN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final EventPublisher publisher;
  private final OrderAdmission orders;
  private final OrderVisits orderVisits;
  private final FreshClicks freshClicks;
  private final CollectorConfiguration config;
  private final int longestBody;
  private final Clock clock;
  private final MeterRegistry meters;
  private final ThreadPoolExecutor workers;
  private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - WARN_EVERY_NANOS);

  Collector(
      EventPublisher publisher,
      OrderAdmission orders,
      OrderVisits orderVisits,
      FreshClicks freshClicks,
      CollectorConfiguration config,
      HttpServerConfiguration server,
      Clock clock,
      MeterRegistry meters) {
    this.publisher = publisher;
    this.orders = orders;
    this.orderVisits = orderVisits;
    this.freshClicks = freshClicks;
    this.config = config;
    this.longestBody = (int) server.getMaxRequestSize();
    this.clock = clock;
    this.meters = meters;
    var threads = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            config.threads(),
            config.threads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue(config)),
            task -> {
              var thread = new Thread(task, "collector-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Each of the requests that are let in at once waits in it once at most. */
  private static int queue(CollectorConfiguration config) {
    return (int)
        Math.min(Integer.MAX_VALUE, config.maxPendingBytes() / BodyAdmission.REQUEST_OVERHEAD + 1);
  }

  /**
   * Takes the events of one body.
   *
   * @return what became of them; fails with a {@link ProblemException} when none was taken
   */
  <T extends SpecificRecord> CompletableFuture<Receipt> take(byte[] body, EventKind<T> kind) {
    return CompletableFuture.supplyAsync(() -> read(body, kind), workers)
        .thenCompose(batch -> take(batch, kind));
  }

  /**
   * Takes orders and waits for their scores, as a checkout does.
   *
   * @return the receipt with the scores of those orders placed that were good, in their order
   */
  CompletableFuture<Receipt> takeAndScore(byte[] body, EventKind<Order> kind, Scores scores) {
    return CompletableFuture.supplyAsync(() -> read(body, kind), workers)
        .thenCompose(
            batch -> {
              var placed =
                  batch.events().stream()
                      .map(Batch.Entry::event)
                      .filter(order -> order.getKind() == OrderKind.PLACED)
                      .map(Order::getOrderId)
                      .toList();
              if (placed.size() > scores.maxOrders()) {
                throw ProblemException.invalid(
                    "wait", "is for at most " + scores.maxOrders() + " orders at once");
              }
              return take(batch, kind)
                  .thenCompose(
                      receipt ->
                          scores
                              .awaitAll(placed, receipt.hasDuplicates())
                              .thenApply(receipt::with));
            });
  }

  private <T extends SpecificRecord> Batch<T> read(byte[] body, EventKind<T> kind) {
    return Batch.read(Gzip.unpacked(body, longestBody), kind.shape(), config.maxBatch());
  }

  private <T extends SpecificRecord> CompletableFuture<Receipt> take(
      Batch<T> batch, EventKind<T> kind) {
    count(kind, "refused", batch.size() - batch.events().size());
    if (batch.events().isEmpty()) {
      throw ProblemException.invalid(batch.errors());
    }
    var now = clock.millis();
    var madeIds = new String[batch.size()];
    var candidates = new ArrayList<OrderAdmission.Candidate>();
    for (var entry : batch.events()) {
      if (entry.event() instanceof Order order) {
        candidates.add(new OrderAdmission.Candidate(order, order.getTimeMs() != 0));
      }
      madeIds[entry.index()] = kind.complete().apply(entry.event(), now);
    }
    if (candidates.isEmpty()) {
      return publish(batch, kind, null).thenApply(done -> receipt(batch, done, madeIds));
    }
    return orders
        .admit(candidates)
        .thenCompose(
            verdicts ->
                orderVisits
                    .fillIn(candidates.stream().map(OrderAdmission.Candidate::order).toList())
                    .thenApply(filledIn -> verdicts))
        .thenComposeAsync(verdicts -> publish(batch, kind, verdicts), workers)
        .thenApply(done -> receipt(batch, done, madeIds));
  }

  /** What became of the good events of a batch. */
  private record Outcome(int accepted, int duplicates, boolean orders, List<FieldError> errors) {}

  private <T extends SpecificRecord> CompletableFuture<Outcome> publish(
      Batch<T> batch, EventKind<T> kind, List<Verdict> verdicts) {
    var events = batch.events();
    var delivery = new Delivery(events.size());
    var conflicts = new ArrayList<FieldError>();
    var duplicates = 0;
    for (var i = 0; i < events.size(); i++) {
      var entry = events.get(i);
      var acknowledged = delivery.of(entry.index());
      if (verdicts == null) {
        publisher.publish(
            kind.topic(),
            kind.key().apply(entry.event()),
            entry.event(),
            failure -> {
              if (failure == null && entry.event() instanceof Click click) {
                freshClicks.taken(click);
              }
              acknowledged.accept(failure);
            });
      } else if (verdicts.get(i) instanceof Verdict.New fresh) {
        publisher.publish(
            kind.topic(),
            kind.key().apply(entry.event()),
            entry.event(),
            failure -> {
              orders.settle(fresh.claim(), failure);
              acknowledged.accept(failure);
            });
      } else if (verdicts.get(i) instanceof Verdict.Duplicate known) {
        duplicates++;
        var unused =
            known
                .taken()
                .whenComplete(
                    (taken, failure) ->
                        acknowledged.accept(failure == null ? null : new Exception(failure)));
      } else {
        conflicts.add(
            new FieldError(
                batch.single() ? null : entry.index(),
                "order_id",
                "belongs to another order already: its content differs from this one's"));
        acknowledged.accept(null);
      }
    }
    var known = duplicates;
    return delivery
        .done()
        .thenApply(failures -> outcome(batch, kind, verdicts != null, known, conflicts, failures));
  }

  private <T extends SpecificRecord> Outcome outcome(
      Batch<T> batch,
      EventKind<T> kind,
      boolean areOrders,
      int duplicates,
      List<FieldError> conflicts,
      List<Delivery.Failure> failures) {
    var errors = new ArrayList<>(conflicts);
    var lost = new ArrayList<FieldError>();
    for (var failure : failures) {
      var index = batch.single() ? null : failure.index();
      if (failure.cause() instanceof RecordTooLargeException) {
        errors.add(new FieldError(index, null, "is larger than Kafka takes"));
      } else {
        lost.add(new FieldError(index, null, "was not acknowledged by Kafka; send it again"));
      }
    }
    var accepted = batch.events().size() - errors.size() - lost.size();
    count(kind, "accepted", accepted);
    count(kind, "refused", errors.size());
    if (!lost.isEmpty()) {
      count(kind, "failed", lost.size());
      warn(failures.get(failures.size() - 1).cause());
      errors.addAll(batch.errors());
      errors.addAll(lost);
      throw ProblemException.unavailable(
          batch.single()
              ? "Kafka did not acknowledge the event in time; send it again."
              : "Kafka did not acknowledge %d of %d events in time; send those again."
                  .formatted(lost.size(), batch.size()),
          config.retryAfter(),
          accepted,
          batch.single() ? List.of() : inOrder(errors));
    }
    if (accepted == 0) {
      if (conflicts.size() == batch.size()) {
        throw ProblemException.conflict(
            "An order id stays with the first order that used it; give the new order its own.",
            conflicts);
      }
      errors.addAll(batch.errors());
      throw ProblemException.invalid(inOrder(errors));
    }
    return new Outcome(accepted, duplicates, areOrders, errors);
  }

  private static Receipt receipt(Batch<?> batch, Outcome outcome, String[] madeIds) {
    if (batch.single()) {
      return new Receipt(
          1,
          null,
          outcome.orders() ? outcome.duplicates() > 0 : null,
          null,
          madeIds[0],
          null,
          null,
          null);
    }
    var errors = new ArrayList<>(batch.errors());
    errors.addAll(outcome.errors());
    var anyMade = Arrays.stream(madeIds).anyMatch(id -> id != null);
    return new Receipt(
        outcome.accepted(),
        batch.size() - outcome.accepted(),
        null,
        outcome.orders() ? outcome.duplicates() : null,
        null,
        anyMade ? Arrays.asList(madeIds) : null,
        inOrder(errors),
        null);
  }

  private static List<FieldError> inOrder(List<FieldError> errors) {
    return errors.stream()
        .sorted(Comparator.comparing(FieldError::index, Comparator.nullsFirst(Integer::compare)))
        .toList();
  }

  private void count(EventKind<?> kind, String outcome, int events) {
    if (events > 0) {
      meters
          .counter("collector.events", "topic", kind.topic().name(), "outcome", outcome)
          .increment(events);
    }
  }

  private void warn(Exception cause) {
    var last = lastWarning.get();
    var now = System.nanoTime();
    if (now - last >= WARN_EVERY_NANOS && lastWarning.compareAndSet(last, now)) {
      LOG.warn("Kafka does not take events: {}", cause.toString());
    }
  }

  @PreDestroy
  void stop() {
    workers.shutdown();
  }
}
