package io.shopstream.query.recommend.chain;

import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongPredicate;

/** What others viewed or bought together with the items of the visit, or of the basket. */
public final class TogetherSource implements Source {

  /** Own decayed weight of items. */
  @FunctionalInterface
  public interface OwnWeights {
    /**
     * Weights of items, 0 for those that were never seen.
     *
     * @param kind viewed or bought
     * @param nowMs the time to decay to, in milliseconds since 1970-01-01 UTC
     */
    VisitScorer.OwnWeights asOf(String kind, long nowMs);
  }

  private final String name;
  private final Function<Situation, List<VisitRow>> rows;
  private final Function<Situation, String> kind;
  private final OwnWeights weights;
  private final VisitScorer scorer = new VisitScorer();

  private TogetherSource(
      String name,
      Function<Situation, List<VisitRow>> rows,
      Function<Situation, String> kind,
      OwnWeights weights) {
    this.name = name;
    this.rows = rows;
    this.kind = kind;
    this.weights = weights;
  }

  /** From the items of the visit. */
  public static Source ofVisit(OwnWeights weights) {
    return new TogetherSource("visit", Situation::visit, Situation::visitKind, weights);
  }

  /** From the items in the basket, by what was bought together with them. */
  public static Source ofBasket(OwnWeights weights) {
    return new TogetherSource("basket", Situation::basket, situation -> "bought", weights);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Candidate> candidates(Situation situation, LongPredicate allowed, int wanted) {
    // An item that nobody has seen says nothing, as the newest of the visit least of all.
    var visit = new ArrayList<VisitRow>();
    for (var item : rows.apply(situation)) {
      if (!item.row().isEmpty()) {
        visit.add(item);
      }
    }
    var evidence = kind.apply(situation);
    var now = situation.nowMs();
    var candidates = new ArrayList<Candidate>();
    for (var scored : scorer.score(visit, now, weights.asOf(evidence, now), allowed, wanted)) {
      if (scored.score() > 0) {
        candidates.add(candidate(scored, evidence));
      }
    }
    return candidates;
  }

  private static Candidate candidate(Scored scored, String evidence) {
    return new Candidate(
        scored.itemId(),
        scored.itemHash(),
        scored.score(),
        new Because.Together(evidence, scored.becauseOf(), scored.support(), scored.missed() > 0));
  }
}
