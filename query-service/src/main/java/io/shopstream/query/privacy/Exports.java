package io.shopstream.query.privacy;

import io.shopstream.events.EntityVelocity;
import io.shopstream.events.FraudScore;
import io.shopstream.events.LinkedVisitors;
import io.shopstream.events.OrdersOfShopper;
import io.shopstream.events.ShopperFeedback;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.fraud.VelocityAnswer;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.profile.ProfileAnswer;
import io.shopstream.query.profile.Profiles;
import io.shopstream.query.scores.ScoreAnswer;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** Gathers what every store holds of a user. */
@Singleton
final class Exports {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final int MOST_ORDERS = 1_000;

  private final Profiles profiles;
  private final StateClient state;
  private final Clock clock;

  Exports(Profiles profiles, StateClient state, Clock clock) {
    this.profiles = profiles;
    this.state = state;
    this.clock = clock;
  }

  /**
   * Reads everything; half of it is no answer.
   *
   * @throws ProblemException in the future, when a store does not answer
   */
  CompletableFuture<ExportAnswer> of(String user) {
    return visitors(user)
        .thenCompose(
            visitors -> {
              var shoppers = new ArrayList<String>();
              shoppers.add(user);
              visitors.forEach(visitor -> shoppers.add(visitor.visitorId()));
              var profile = profile(user);
              var velocity =
                  read(
                      StateStore.FRAUD_ENTITIES,
                      shoppers,
                      shopper -> StateStore.entityKey("user", shopper),
                      EntityVelocity.class,
                      (shopper, row) -> VelocityAnswer.of("user", shopper, row, ReadState.CURRENT));
              var feedback =
                  read(
                      StateStore.SHOPPER_FEEDBACK,
                      shoppers,
                      StateStore::key,
                      ShopperFeedback.class,
                      ExportAnswer.Feedback::of);
              var known =
                  read(
                      StateStore.FRAUD_SHOPPER_ORDERS,
                      shoppers,
                      StateStore::key,
                      OrdersOfShopper.class,
                      (shopper, row) -> row);
              var scores = known.thenCompose(this::scores);
              return CompletableFuture.allOf(profile, velocity, feedback, scores)
                  .thenApply(
                      all ->
                          new ExportAnswer(
                              user,
                              clock.instant(),
                              profile.join().isEmpty() ? null : profile.join().get(0),
                              visitors,
                              scores.join(),
                              known.join().stream().mapToInt(OrdersOfShopper::getKnown).sum(),
                              velocity.join(),
                              feedback.join(),
                              ExportAnswer.KEPT));
            });
  }

  /** The profile, or nothing. */
  private CompletableFuture<List<ProfileAnswer>> profile(String user) {
    return profiles
        .of(List.of(user))
        .thenApply(
            held -> {
              if (!held.unavailable().isEmpty()) {
                throw unavailable();
              }
              var profile = held.profiles().get(user);
              return profile == null ? List.of() : List.of(ProfileAnswer.of(profile, held.state()));
            });
  }

  private CompletableFuture<List<ExportAnswer.Visitor>> visitors(String user) {
    return read(
            StateStore.LINKED_VISITORS,
            List.of(user),
            StateStore::key,
            LinkedVisitors.class,
            (id, row) -> row)
        .thenApply(
            rows ->
                rows.stream()
                    .flatMap(row -> row.getVisitors().stream())
                    .map(
                        visitor ->
                            new ExportAnswer.Visitor(
                                visitor.getVisitorId(), Instant.ofEpochMilli(visitor.getTimeMs())))
                    .toList());
  }

  private CompletableFuture<List<ScoreAnswer>> scores(List<OrdersOfShopper> known) {
    var orders =
        known.stream()
            .flatMap(row -> row.getOrderIds().stream())
            .distinct()
            .limit(MOST_ORDERS)
            .toList();
    return read(
        StateStore.FRAUD_ORDERS,
        orders,
        StateStore::key,
        FraudScore.class,
        (order, score) -> ScoreAnswer.of(score));
  }

  private <R extends SpecificRecord, A> CompletableFuture<List<A>> read(
      StateStore store,
      List<String> ids,
      Function<String, byte[]> key,
      Class<R> type,
      BiFunction<String, R, A> answer) {
    if (ids.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return state
        .read(store, ids.stream().map(key).toList())
        .thenApply(
            rows -> {
              var answers = new ArrayList<A>();
              for (var i = 0; i < ids.size(); i++) {
                if (rows.get(i) instanceof StateRow.Unavailable) {
                  throw unavailable();
                }
                if (rows.get(i) instanceof StateRow.Found found) {
                  answers.add(answer.apply(ids.get(i), AvroBinary.decode(found.bytes(), type)));
                }
              }
              return answers;
            });
  }

  private static ProblemException unavailable() {
    return ProblemException.unavailable(
        "Not every store answers just now, and half of what is held is no export.", RETRY_AFTER);
  }
}
