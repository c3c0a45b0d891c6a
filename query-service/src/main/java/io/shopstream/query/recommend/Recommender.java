package io.shopstream.query.recommend;

import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.catalog.Catalog;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.catalog.ItemWeights;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Draws recommendations from the rows of the items of a visit. */
@Singleton
final class Recommender {

  /** Newest items of a visit whose rows are read. */
  private static final int MOST_VISIT_ITEMS = VisitScorer.Settings.DEFAULT.maxItems();

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final StateClient state;
  private final Catalog catalog;
  private final ItemWeights weights;
  private final Clock clock;
  private final VisitScorer scorer = new VisitScorer();

  Recommender(StateClient state, Catalog catalog, ItemWeights weights, Clock clock) {
    this.state = state;
    this.catalog = catalog;
    this.weights = weights;
    this.clock = clock;
  }

  /** What goes with an item. An item that nobody has seen yet has nothing. */
  CompletableFuture<SimilarItems> similar(String itemId, Evidence evidence, int limit) {
    return rows(List.of(itemId), evidence)
        .thenApply(
            rows ->
                new SimilarItems(
                    itemId,
                    title(itemId),
                    evidence.lowerCase(),
                    rows.visit().isEmpty() ? 0 : rows.visit().get(0).row().support(),
                    score(rows.visit(), evidence, limit),
                    rows.state()));
  }

  /** What to show next to a visit or a basket. */
  CompletableFuture<Recommendations> forVisit(
      List<String> itemsNewestLast, Evidence evidence, int limit) {
    return rows(itemsNewestLast, evidence)
        .thenApply(
            rows ->
                new Recommendations(
                    null,
                    evidence.lowerCase(),
                    score(rows.visit(), evidence, limit),
                    rows.state()));
  }

  /** What to show to a user (or a visitor before login), from their current or last visit. */
  CompletableFuture<Recommendations> forUser(String userId, Evidence evidence, int limit) {
    return state
        .read(StateStore.USER_PROFILES, List.of(StateStore.key(userId)))
        .thenCompose(
            profile -> {
              var items = new ArrayList<String>();
              if (profile.get(0) instanceof StateRow.Found found) {
                AvroBinary.decode(found.bytes(), UserProfile.class).getVisit().stream()
                    .map(VisitItem::getItemId)
                    .forEach(items::add);
              } else if (profile.get(0) instanceof StateRow.Unavailable) {
                throw unavailable();
              }
              return rows(items, evidence)
                  .thenApply(
                      rows ->
                          new Recommendations(
                              userId,
                              evidence.lowerCase(),
                              score(rows.visit(), evidence, limit),
                              ReadState.of(profile).and(rows.state())));
            });
  }

  /** The rows of a visit's items, and how current they are. */
  private record VisitRows(List<VisitRow> visit, ReadState state) {}

  private CompletableFuture<VisitRows> rows(List<String> itemsNewestLast, Evidence evidence) {
    var items =
        itemsNewestLast.subList(
            Math.max(0, itemsNewestLast.size() - MOST_VISIT_ITEMS), itemsNewestLast.size());
    var keys = items.stream().map(item -> StateStore.neighboursKey(evidence.kind(), item)).toList();
    return state
        .read(StateStore.ITEM_NEIGHBOURS, keys)
        .thenApply(
            rows -> {
              var read = ReadState.of(rows);
              if (!rows.isEmpty() && read.unavailableRows() == rows.size()) {
                throw unavailable();
              }
              var visit = new ArrayList<VisitRow>(items.size());
              for (var i = 0; i < items.size(); i++) {
                var row =
                    rows.get(i) instanceof StateRow.Found found
                        ? NeighbourRow.of(found.bytes())
                        : NeighbourRow.EMPTY;
                visit.add(new VisitRow(items.get(i), row));
              }
              return new VisitRows(visit, read);
            });
  }

  private List<RecommendedItem> score(List<VisitRow> visit, Evidence evidence, int limit) {
    var ofVisit = new HashSet<Long>();
    visit.forEach(item -> ofVisit.add(ItemHash.of(item.itemId())));
    var now = now();
    var halfLife =
        visit.stream()
            .map(VisitRow::row)
            .filter(row -> !row.isEmpty())
            .mapToLong(NeighbourRow::halfLifeMs)
            .findFirst()
            .orElse(Long.MAX_VALUE);
    VisitScorer.OwnWeights ownWeights =
        evidence == Evidence.VIEWED
            ? item -> weights.viewed(item, now, halfLife)
            : item -> weights.bought(item, now, halfLife);
    return scorer
        .score(
            visit,
            now,
            ownWeights,
            item -> !ofVisit.contains(item) && catalog.recommendable(item),
            limit)
        .stream()
        .map(this::item)
        .toList();
  }

  /** The clock of the data: a replay of history lives in its own time. */
  private long now() {
    var newest = weights.newestTimeMs();
    return newest == 0 ? clock.millis() : newest;
  }

  private RecommendedItem item(Scored scored) {
    return new RecommendedItem(
        scored.itemId(), title(scored.itemId()), scored.score(), scored.support());
  }

  private String title(String itemId) {
    return catalog.item(itemId).map(Item::title).orElse(null);
  }

  private static ProblemException unavailable() {
    return ProblemException.unavailable(
        "No instance of streams-app that holds the state answers just now.", RETRY_AFTER);
  }
}
