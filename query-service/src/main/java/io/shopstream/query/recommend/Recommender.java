package io.shopstream.query.recommend;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.UserProfile;
import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.events.feedback.RecommendationIds.Place;
import io.shopstream.events.feedback.RecommendationIds.Recommendation;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.catalog.Catalog;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.catalog.ItemWeights;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.profile.FreshClicks;
import io.shopstream.query.profile.FreshClicks.Visit;
import io.shopstream.query.profile.Profiles;
import io.shopstream.query.recommend.Strategies.Choice;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import io.shopstream.query.recommend.chain.Because;
import io.shopstream.query.recommend.chain.Chain;
import io.shopstream.query.recommend.chain.Proposal;
import io.shopstream.query.recommend.chain.Situation;
import io.shopstream.query.recommend.chain.Situation.Dimension;
import io.shopstream.query.recommend.chain.Situation.Taste;
import io.shopstream.query.recommend.rules.Rules;
import io.shopstream.query.recommend.rules.Selection;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.RowsAlong;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongPredicate;

/**
 * Answers what to show: reads what is known of the user and of the items of the visit, walks the
 * chain of the strategy, and keeps the rules. State that cannot be read takes away what would have
 * come from it, not the answer: later sources fill in.
 */
@Singleton
final class Recommender {

  /** Newest items of a visit whose rows are read. */
  private static final int MOST_VISIT_ITEMS = VisitScorer.Settings.DEFAULT.maxItems();

  /** Candidates of one source that are looked at when rules may drop some of them. */
  private static final int POOL = 200;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private static final CompletableFuture<Known> NOBODY =
      CompletableFuture.completedFuture(new Known(null, ReadState.CURRENT, RowsAlong.NONE));

  private final StateClient state;
  private final Profiles profiles;
  private final FreshClicks freshClicks;
  private final Catalog catalog;
  private final ItemWeights weights;
  private final Strategies strategies;
  private final RecommendationIds ids;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Map<String, Counter> itemsOfSource = new ConcurrentHashMap<>();
  private final Reasons reasons;

  Recommender(
      StateClient state,
      Profiles profiles,
      FreshClicks freshClicks,
      Catalog catalog,
      ItemWeights weights,
      Strategies strategies,
      RecommendationIds ids,
      Clock clock,
      MeterRegistry meters) {
    this.state = state;
    this.profiles = profiles;
    this.freshClicks = freshClicks;
    this.catalog = catalog;
    this.weights = weights;
    this.strategies = strategies;
    this.ids = ids;
    this.clock = clock;
    this.meters = meters;
    this.reasons = new Reasons(id -> catalog.item(id).map(Item::title).orElse(id));
  }

  /** What goes with an item. */
  CompletableFuture<SimilarItems> similar(String itemId, Wishes wishes) {
    var choice = strategies.choose(wishes.userId(), wishes.strategy());
    var visit = new Visit(List.of(itemId), List.of());
    return answer(Place.ITEM, wishes.userId(), visit, wishes, choice)
        .thenApply(
            answer ->
                new SimilarItems(
                    itemId,
                    title(itemId),
                    wishes.kind().lowerCase(),
                    answer.rows().visit().get(0).row().support(),
                    answer.recommendationId(),
                    choice.strategy().name(),
                    choice.variant(),
                    answer.items(),
                    answer.state()));
  }

  /** What to show next to a visit or a basket. */
  CompletableFuture<Recommendations> forVisit(
      List<String> itemsNewestLast, List<String> basketNewestLast, Wishes wishes) {
    var choice = strategies.choose(wishes.userId(), wishes.strategy());
    var visit = new Visit(itemsNewestLast, basketNewestLast);
    return answer(Place.VISIT, wishes.userId(), visit, wishes, choice)
        .thenApply(answer -> recommendations(wishes.userId(), wishes, choice, answer));
  }

  /** What to show to a user (or a visitor before login), from their current or last visit. */
  CompletableFuture<Recommendations> forUser(String userId, Wishes wishes) {
    var user = Optional.of(userId);
    var choice = strategies.choose(user, wishes.strategy());
    return answer(Place.USER, user, null, wishes, choice)
        .thenApply(answer -> recommendations(user, wishes, choice, answer));
  }

  private static Recommendations recommendations(
      Optional<String> userId, Wishes wishes, Choice choice, Answer answer) {
    return new Recommendations(
        userId.orElse(null),
        wishes.kind().lowerCase(),
        answer.recommendationId(),
        choice.strategy().name(),
        choice.variant(),
        answer.items(),
        answer.state());
  }

  /** The rows of a visit's items and of its basket's, and how current they are. */
  private record Rows(List<VisitRow> visit, List<VisitRow> basket, ReadState state) {}

  private record Answer(
      String recommendationId, List<RecommendedItem> items, Rows rows, ReadState state) {}

  /**
   * Answers a request.
   *
   * @param given the visit; null for that of the user
   */
  private CompletableFuture<Answer> answer(
      Place place, Optional<String> userId, @Nullable Visit given, Wishes wishes, Choice choice) {
    var rules = wishes.rules();
    var sources = strategies.only(choice.strategy().chain(), wishes.sources());
    var known =
        given == null
            ? userId.map(id -> profiles.withVisit(id, wishes.kind().kind()))
            : userId.map(profiles::alone);
    return known
        .map(found -> found.thenApply(profile -> known(profile, rules)))
        .orElse(NOBODY)
        .thenCompose(
            user -> {
              var visit = given == null ? visit(userId, user.profile()) : given;
              return rows(visit, wishes.kind(), user.along())
                  .thenApply(
                      rows -> {
                        var situation =
                            new Situation(
                                wishes.kind().lowerCase(),
                                rows.visit(),
                                rows.basket(),
                                tastes(user.profile()),
                                weights.nowMs());
                        var chain =
                            new Chain(
                                sources,
                                situation,
                                allowed(rules, visit, user.profile()),
                                candidate ->
                                    rules.boosts().isEmpty()
                                        ? 1
                                        : rules.boost(
                                            candidate.itemId(),
                                            catalog.find(candidate.itemHash())));
                        var shown = select(chain, rules, choice);
                        return new Answer(
                            name(place, choice, userId),
                            items(shown, wishes.reasons()),
                            rows,
                            user.state().and(rows.state()));
                      });
            });
  }

  /**
   * What is known of a user.
   *
   * @param profile null when nothing is
   * @param along rows that came with it
   */
  private record Known(@Nullable UserProfile profile, ReadState state, RowsAlong along) {}

  private static Known known(Profiles.OfVisit found, Rules rules) {
    if (found.unavailable() && rules.excludeBought()) {
      throw ProblemException.unavailable(
          "What the user bought, which exclude_bought leaves out, cannot be read just now.",
          RETRY_AFTER);
    }
    return new Known(found.profile().orElse(null), found.state(), found.along());
  }

  /** The visit of the user, with what they clicked a moment ago. */
  private Visit visit(Optional<String> userId, @Nullable UserProfile profile) {
    return freshClicks.visit(userId.orElseThrow(), profile);
  }

  private static List<Taste> tastes(@Nullable UserProfile profile) {
    var tastes = new ArrayList<Taste>();
    if (profile != null) {
      for (var affinity : profile.getAffinities()) {
        var dimension =
            switch (affinity.getDimension()) {
              case CATEGORY -> Dimension.CATEGORY;
              case BRAND -> Dimension.BRAND;
              case PRICE_BAND -> Dimension.PRICE_BAND;
              case UNKNOWN -> null; // of a newer writer
            };
        if (dimension != null) {
          tastes.add(new Taste(dimension, affinity.getValue(), affinity.getShare()));
        }
      }
    }
    return tastes;
  }

  private CompletableFuture<Rows> rows(Visit visit, Evidence evidence, RowsAlong along) {
    var items = newest(visit.items());
    // Where orders are the evidence already, the basket is a part of the visit.
    var basket = evidence == Evidence.BOUGHT ? List.<String>of() : newest(visit.basket());
    if (evidence == Evidence.BOUGHT && items.isEmpty()) {
      items = newest(visit.basket());
    }
    var ofVisit = items;
    var keys = new ArrayList<byte[]>(items.size() + basket.size());
    items.forEach(item -> keys.add(StateStore.neighboursKey(evidence.kind(), item)));
    basket.forEach(item -> keys.add(StateStore.neighboursKey(Evidence.BOUGHT.kind(), item)));
    return neighbours(keys, along)
        .thenApply(
            rows ->
                new Rows(
                    visitRows(ofVisit, rows.subList(0, ofVisit.size())),
                    visitRows(basket, rows.subList(ofVisit.size(), rows.size())),
                    ReadState.of(rows)));
  }

  /** The rows of the keys: those that came along, and the others read. */
  private CompletableFuture<List<StateRow>> neighbours(List<byte[]> keys, RowsAlong along) {
    var rows = new StateRow[keys.size()];
    var missing = new ArrayList<byte[]>();
    for (var i = 0; i < rows.length; i++) {
      rows[i] = along.find(keys.get(i)).orElse(null);
      if (rows[i] == null) {
        missing.add(keys.get(i));
      }
    }
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(Arrays.asList(rows));
    }
    return state
        .read(StateStore.ITEM_NEIGHBOURS, missing)
        .thenApply(
            read -> {
              var next = read.iterator();
              for (var i = 0; i < rows.length; i++) {
                if (rows[i] == null) {
                  rows[i] = next.next();
                }
              }
              return Arrays.asList(rows);
            });
  }

  private static List<String> newest(List<String> items) {
    return items.subList(Math.max(0, items.size() - MOST_VISIT_ITEMS), items.size());
  }

  private static List<VisitRow> visitRows(List<String> items, List<StateRow> rows) {
    var visit = new ArrayList<VisitRow>(items.size());
    for (var i = 0; i < items.size(); i++) {
      var row =
          rows.get(i) instanceof StateRow.Found found
              ? NeighbourRow.of(found.bytes())
              : NeighbourRow.EMPTY;
      visit.add(new VisitRow(items.get(i), row));
    }
    return visit;
  }

  /** What may be shown: what is not excluded, not of the visit itself, and what the rules allow. */
  private LongPredicate allowed(Rules rules, Visit visit, @Nullable UserProfile profile) {
    var bought = rules.excludeBought() && profile != null ? profile.getBought() : List.<String>of();
    var lists = List.of(visit.items(), visit.basket(), rules.exclude(), bought);
    var number = 0;
    for (var list : lists) {
      number += list.size();
    }
    var excluded = new long[number];
    for (var list : lists) {
      for (var item : list) {
        excluded[--number] = ItemHash.of(item);
      }
    }
    Arrays.sort(excluded);
    return item -> Arrays.binarySearch(excluded, item) < 0 && rules.allow(catalog.find(item));
  }

  private List<Proposal> select(Chain chain, Rules rules, Choice choice) {
    var diversity = rules.diversity().orElse(choice.strategy().diversity());
    var selection = new Selection(rules, diversity, catalog::find, catalog.content()::vector);
    var boosted = !rules.boosts().isEmpty();
    var wanted =
        boosted || diversity > 0 || rules.mayDrop()
            ? Math.max(POOL, 2 * rules.limit())
            : rules.limit();
    List<Proposal> shown = List.of();
    while (chain.hasMore() && (boosted || shown.size() < rules.limit())) {
      chain.askNext(wanted);
      shown = selection.of(chain.proposals());
    }
    for (var each : shown) {
      itemsOfSource
          .computeIfAbsent(
              each.source(), source -> meters.counter("recommendations.items", "source", source))
          .increment();
    }
    return shown;
  }

  private String name(Place place, Choice choice, Optional<String> userId) {
    return ids.issue(
        new Recommendation(
            place,
            choice.variant(),
            choice.strategy().name(),
            clock.millis(),
            ThreadLocalRandom.current().nextLong()),
        userId.orElse(RecommendationIds.NOBODY));
  }

  private List<RecommendedItem> items(List<Proposal> shown, boolean withReasons) {
    var items = new ArrayList<RecommendedItem>(shown.size());
    for (var each : shown) {
      items.add(item(each, withReasons));
    }
    return items;
  }

  private RecommendedItem item(Proposal shown, boolean withReasons) {
    var candidate = shown.candidate();
    var support =
        candidate.because().get(0) instanceof Because.Together together ? together.support() : 0;
    return new RecommendedItem(
        candidate.itemId(),
        title(candidate.itemId()),
        shown.score(),
        shown.source(),
        support,
        withReasons ? candidate.because().stream().map(reasons::of).toList() : null);
  }

  private @Nullable String title(String itemId) {
    return catalog.item(itemId).map(Item::title).orElse(null);
  }
}
