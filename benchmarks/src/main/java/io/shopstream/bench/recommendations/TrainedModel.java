package io.shopstream.bench.recommendations;

import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Rows learned from sessions, click by click in order of time, and the questions put to them. */
final class TrainedModel {
  /** As many neighbours as any item has: rows that are never cut. */
  private static final int UNBOUNDED = 10_000;

  /** Rows are brought up to date when this many pairs wait, as at a commit. */
  private static final int PAIRS_A_COMMIT = 20_000;

  /** … or when so much time has passed in the sessions. A commit of the applications is sooner. */
  private static final long COMMIT_MS = Duration.ofMinutes(10).toMillis();

  /**
   * How sessions are learned.
   *
   * @param neighbours most neighbours a row keeps
   * @param halfLife of weights
   * @param period over which sessions without times are spread evenly
   * @param alsoExact whether rows that are never cut learn too
   */
  record Training(
      VisitPairs.Settings pairs,
      int neighbours,
      Duration halfLife,
      Duration period,
      boolean alsoExact) {}

  private final LiveModel model;
  private final LiveModel.Rows bounded;
  private final LiveModel.Rows exact;
  private final Map<String, Integer> clicksByItem = new HashMap<>();
  private long clicks;
  private long nowMs;
  // Own support is exact in both tables, so their own weights are the same.
  private VisitScorer.OwnWeights ownWeights = VisitScorer.OwnWeights.each(hash -> 0);

  private TrainedModel(Training training) {
    model = new LiveModel(training.pairs(), VisitPairs.Caps.DEFAULT, training.halfLife());
    bounded = model.rows(training.neighbours());
    exact = training.alsoExact() ? model.rows(UNBOUNDED) : bounded;
  }

  static TrainedModel of(List<Session> sessions, Training training) {
    var trained = new TrainedModel(training);
    var clock = new SessionClock(sessions, training.period());
    long committedMs = Long.MIN_VALUE / 2;
    for (int s = 0; s < sessions.size(); s++) {
      var session = sessions.get(s);
      var visit = Visit.NONE;
      for (int c = 0; c < session.items().size(); c++) {
        long timeMs = clock.timeMs(s, session, c);
        var item = session.items().get(c);
        visit = trained.model.click(visit, item, timeMs);
        trained.clicksByItem.merge(item, 1, Integer::sum);
        trained.clicks++;
        trained.nowMs = Math.max(trained.nowMs, timeMs);
      }
      if (trained.model.pending() >= PAIRS_A_COMMIT || trained.nowMs - committedMs >= COMMIT_MS) {
        trained.model.commit();
        committedMs = trained.nowMs;
      }
    }
    trained.model.commit();
    trained.ownWeights = trained.bounded.ownWeightsAt(trained.nowMs);
    return trained;
  }

  /** What is recommended after these clicks, best first. */
  List<String> recommend(VisitScorer scorer, List<String> prefix) {
    return recommend(scorer, bounded, prefix);
  }

  /** Share of the first recommendations that rows never cut would give too; 1 if they give none. */
  double overlapWithExact(VisitScorer scorer, List<String> prefix) {
    var wanted = recommend(scorer, exact, prefix);
    var common = new HashSet<>(recommend(scorer, bounded, prefix));
    common.retainAll(new HashSet<>(wanted));
    return wanted.isEmpty() ? 1 : (double) common.size() / wanted.size();
  }

  private List<String> recommend(VisitScorer scorer, LiveModel.Rows rows, List<String> prefix) {
    var visit = Visit.NONE;
    long timeMs = nowMs - SessionClock.CLICK_MS * prefix.size();
    for (var item : prefix) {
      timeMs += SessionClock.CLICK_MS;
      visit = model.look(visit, item, timeMs);
    }
    var ranking = new ArrayList<String>(Quality.LENGTH);
    for (Scored scored :
        LiveModel.recommend(scorer, rows, ownWeights, visit, nowMs, Quality.LENGTH)) {
      ranking.add(scored.itemId());
    }
    return ranking;
  }

  Map<String, Integer> clicksByItem() {
    return clicksByItem;
  }

  long clicks() {
    return clicks;
  }

  double bytesARow() {
    return (double) bounded.bytes() / bounded.items();
  }
}
