package io.shopstream.query.fraud;

import io.shopstream.events.FraudScore;
import io.shopstream.events.ReviewCase;
import io.shopstream.events.ReviewQueue;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.config.KafkaConfiguration;
import io.shopstream.query.scores.ScoreAnswer;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Puts the queue together from those of the partitions. */
@Singleton
final class Reviews {

  private final StateClient state;
  private final int partitions;

  Reviews(StateClient state, KafkaConfiguration kafka) {
    this.state = state;
    this.partitions = kafka.topicPartitions();
  }

  /** The riskiest orders that wait, with their scores. */
  CompletableFuture<ReviewsAnswer> riskiest(int limit) {
    var keys = new ArrayList<byte[]>();
    for (var partition = 0; partition < partitions; partition++) {
      keys.add(StateStore.partitionKey(partition));
    }
    return state
        .read(StateStore.FRAUD_REVIEWS, keys)
        .thenCompose(
            rows -> {
              var cases = new ArrayList<ReviewCase>();
              var dropped = 0L;
              for (var row : rows) {
                if (row instanceof StateRow.Found found) {
                  var queue = AvroBinary.decode(found.bytes(), ReviewQueue.class);
                  cases.addAll(queue.getWaiting());
                  dropped += queue.getDropped();
                }
              }
              cases.sort(
                  Comparator.comparingDouble(ReviewCase::getProbability)
                      .reversed()
                      .thenComparing(ReviewCase::getOrderId));
              var first = List.copyOf(cases.subList(0, Math.min(limit, cases.size())));
              return withScores(first, cases.size(), dropped, ReadState.of(rows));
            });
  }

  private CompletableFuture<ReviewsAnswer> withScores(
      List<ReviewCase> cases, int waiting, long dropped, ReadState read) {
    if (cases.isEmpty()) {
      return CompletableFuture.completedFuture(
          new ReviewsAnswer(waiting, dropped, List.of(), read));
    }
    var keys = cases.stream().map(one -> StateStore.key(one.getOrderId())).toList();
    return state
        .read(StateStore.FRAUD_ORDERS, keys)
        .thenApply(
            rows -> {
              var answers = new ArrayList<ReviewsAnswer.Case>();
              for (var i = 0; i < cases.size(); i++) {
                var one = cases.get(i);
                answers.add(
                    new ReviewsAnswer.Case(
                        one.getOrderId(),
                        Instant.ofEpochMilli(one.getTimeMs()),
                        one.getProbability(),
                        one.getAmountMinor(),
                        rows.get(i) instanceof StateRow.Found found
                            ? ScoreAnswer.of(AvroBinary.decode(found.bytes(), FraudScore.class))
                            : null));
              }
              return new ReviewsAnswer(waiting, dropped, answers, read.and(ReadState.of(rows)));
            });
  }
}
