package io.shopstream.query.recommend.chain;

import io.shopstream.events.state.ItemHash;
import io.shopstream.query.catalog.ContentIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.function.LongPredicate;

/** What the catalogue says much the same of as of the newest items of the visit. */
public final class ContentSource implements Source {

  private static final int MOST_SEEDS = 3;
  private static final double STEP_DECAY = 0.6;

  private final ContentIndex index;

  public ContentSource(ContentIndex index) {
    this.index = index;
  }

  @Override
  public String name() {
    return "content";
  }

  @Override
  public List<Candidate> candidates(Situation situation, LongPredicate allowed, int wanted) {
    var best = new HashMap<Long, Candidate>();
    var visit = situation.visit();
    var weight = 1.0;
    for (var i = visit.size() - 1; i >= Math.max(0, visit.size() - MOST_SEEDS); i--) {
      var seed = visit.get(i).itemId();
      for (var similar : index.similar(ItemHash.of(seed), allowed, wanted)) {
        var score = weight * similar.similarity();
        var before = best.get(similar.itemHash());
        if (before == null || before.score() < score) {
          best.put(
              similar.itemHash(),
              new Candidate(
                  similar.itemId(),
                  similar.itemHash(),
                  score,
                  new Because.Alike(seed, similar.shared())));
        }
      }
      weight *= STEP_DECAY;
    }
    var candidates = new ArrayList<>(best.values());
    candidates.sort(
        Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
            .thenComparing(Candidate::itemId));
    return candidates.subList(0, Math.min(wanted, candidates.size()));
  }
}
