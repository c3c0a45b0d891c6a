package io.shopstream.bench.recommendations;

import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tests each click before learning it («prequential», Dawid 1984), over all sessions at once in
 * order of time, starting from nothing: how good the recommendations are while they are being
 * learned.
 */
final class Prequential {
  private static final int PARTS = 20;

  /** Hit rate and reciprocal rank in one of equal parts of the stream. */
  record Part(int clicks, double hitRate, double reciprocalRank) {}

  private record Click(int session, String item, long timeMs) {}

  private Prequential() {}

  static List<Part> run(
      List<Session> sessions, TrainedModel.Training training, VisitScorer scorer) {
    var clicks = clicks(sessions, training);
    var model = new LiveModel(training.pairs(), VisitPairs.Caps.DEFAULT, training.halfLife());
    var rows = model.rows(training.neighbours());
    Map<Integer, Visit> visits = new HashMap<>();
    var parts = new ArrayList<Part>();
    var quality = new Quality(Map.of());
    for (int c = 0; c < clicks.size(); c++) {
      var click = clicks.get(c);
      var visit = visits.getOrDefault(click.session(), Visit.NONE);
      if (!visit.isEmpty()) {
        var ranking =
            LiveModel.recommend(
                    scorer,
                    rows,
                    VisitScorer.OwnWeights.each(hash -> rows.row(hash).weightAt(click.timeMs())),
                    visit,
                    click.timeMs(),
                    Quality.LENGTH)
                .stream()
                .map(Scored::itemId)
                .toList();
        quality.add(ranking, List.of(click.item()));
      }
      visits.put(click.session(), model.click(visit, click.item(), click.timeMs()));
      model.commit();
      if ((c + 1L) * PARTS / clicks.size() > parts.size()) {
        parts.add(new Part((int) quality.examples(), quality.hitRate(), quality.reciprocalRank()));
        quality = new Quality(Map.of());
      }
    }
    return parts;
  }

  private static List<Click> clicks(List<Session> sessions, TrainedModel.Training training) {
    var clock = new SessionClock(sessions, training.period());
    var clicks = new ArrayList<Click>();
    for (int s = 0; s < sessions.size(); s++) {
      var session = sessions.get(s);
      for (int c = 0; c < session.items().size(); c++) {
        clicks.add(new Click(s, session.items().get(c), clock.timeMs(s, session, c)));
      }
    }
    clicks.sort(Comparator.comparingLong(Click::timeMs));
    return clicks;
  }
}
