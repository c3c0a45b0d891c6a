package io.shopstream.query.scores;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.context.annotation.Context;
import io.shopstream.events.FraudScore;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.catalog.TopicView;
import io.shopstream.query.config.KafkaClients;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * The scores of orders: those of the last moments from the topic of scores, which this service
 * follows, all others from the state. Who waits is told the moment the score is committed.
 */
@Context
public final class Scores {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final ScoreConfiguration config;
  private final StateClient state;
  private final Cache<String, FraudScore> recent;
  private final ConcurrentMap<String, CompletableFuture<FraudScore>> awaited =
      new ConcurrentHashMap<>();
  private final TopicView<FraudScore> feed;

  Scores(ScoreConfiguration config, StateClient state, KafkaClients kafka) {
    this.config = config;
    this.state = state;
    recent =
        Caffeine.newBuilder()
            .maximumSize(config.recentScores())
            .expireAfterWrite(REMEMBERED)
            .build();
    feed = new TopicView<>(kafka, Topics.FRAUD_SCORES, FraudScore.class, this::scored);
  }

  private void scored(String orderId, FraudScore score, long appendMs) {
    if (score == null) {
      return;
    }
    recent.put(orderId, score);
    var waiting = awaited.remove(orderId);
    if (waiting != null) {
      waiting.complete(score);
    }
  }

  /**
   * The score of an order as it stands, with its outcome.
   *
   * @return empty when it has not been scored
   */
  public CompletableFuture<Optional<FraudScore>> score(String orderId) {
    return state
        .read(StateStore.FRAUD_ORDERS, List.of(StateStore.key(orderId)))
        .thenApply(
            rows -> {
              if (rows.get(0) instanceof StateRow.Found found) {
                return Optional.of(AvroBinary.decode(found.bytes(), FraudScore.class));
              }
              var fresh = Optional.ofNullable(recent.getIfPresent(orderId));
              if (fresh.isEmpty() && rows.get(0) instanceof StateRow.Unavailable) {
                throw ProblemException.unavailable(
                    "No instance of streams-app that holds the score answers just now.",
                    RETRY_AFTER);
              }
              return fresh;
            });
  }

  /**
   * Waits for the score of an order; the configured decision, labelled, when it does not come.
   *
   * @param mayBeOld whether the order may have been scored some time ago
   */
  public CompletableFuture<ScoreAnswer> await(String orderId, Duration wait, boolean mayBeOld) {
    // The waiting comes before the look, so that no score slips through between.
    var waiting = awaited.computeIfAbsent(orderId, id -> new CompletableFuture<>());
    var known = recent.getIfPresent(orderId);
    if (known != null) {
      awaited.remove(orderId, waiting);
      waiting.complete(known);
    } else if (mayBeOld) {
      var unused =
          score(orderId)
              .thenAccept(
                  found ->
                      found.ifPresent(
                          score -> {
                            awaited.remove(orderId, waiting);
                            waiting.complete(score);
                          }));
    }
    return waiting
        .copy()
        .thenApply(ScoreAnswer::of)
        .completeOnTimeout(
            ScoreAnswer.byPolicy(orderId, config.inVain()), wait.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (answer, failure) -> {
              if (!waiting.isDone()) {
                awaited.remove(orderId, waiting);
              }
            });
  }

  /** Waits for several orders as long as a checkout does, in their order. */
  public CompletableFuture<List<ScoreAnswer>> awaitAll(List<String> orderIds, boolean mayBeOld) {
    var answers = new ArrayList<CompletableFuture<ScoreAnswer>>();
    for (var orderId : orderIds) {
      answers.add(await(orderId, config.checkoutWait(), mayBeOld));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
  }

  /** Orders in one request that may be waited for. */
  public int maxOrders() {
    return config.maxOrders();
  }

  @PreDestroy
  void close() {
    feed.close();
  }
}
