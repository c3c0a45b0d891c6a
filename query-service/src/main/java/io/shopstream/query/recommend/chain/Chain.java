package io.shopstream.query.recommend.chain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.ToDoubleFunction;

/**
 * Asks sources in order; a later one fills what the earlier ones left open. An item is proposed
 * once, by the first that knows it.
 *
 * <p>Scores of one source are brought into one band, from 1 down to 1/4 for the first source, from
 * there to 1/16 for the second, and so on: a later source never stands above an earlier one, unless
 * a boost or a bury says so. A factor of 4 is worth a whole source.
 */
public final class Chain {

  private static final double BAND = 4;

  private final List<Source> sources;
  private final Situation situation;
  private final LongPredicate allowed;
  private final ToDoubleFunction<Candidate> boost;
  private final List<Proposal> proposals = new ArrayList<>();
  private final Set<Long> proposed = new HashSet<>();
  private int asked;

  /**
   * A walk along a chain for one request.
   *
   * @param sources in order
   * @param allowed which items, by hash, may be proposed
   * @param boost factor on the score of a candidate, above 0
   */
  public Chain(
      List<Source> sources,
      Situation situation,
      LongPredicate allowed,
      ToDoubleFunction<Candidate> boost) {
    this.sources = sources;
    this.situation = situation;
    this.allowed = allowed;
    this.boost = boost;
  }

  /** Whether there are sources that have not been asked. */
  public boolean hasMore() {
    return asked < sources.size();
  }

  /**
   * Asks the next source.
   *
   * @param wanted most candidates to take from it
   */
  public void askNext(int wanted) {
    var source = sources.get(asked);
    // Most often the first source is enough, and nothing has been proposed yet.
    for (var before = proposed.size(); before < proposals.size(); before++) {
      proposed.add(proposals.get(before).candidate().itemHash());
    }
    var candidates =
        source.candidates(
            situation,
            proposed.isEmpty() ? allowed : item -> !proposed.contains(item) && allowed.test(item),
            wanted);
    var strongest = 0.0;
    for (var candidate : candidates) {
      strongest = Math.max(strongest, candidate.score());
    }
    var band = Math.pow(BAND, -asked);
    for (var candidate : candidates) {
      var inBand = 1 / BAND + (1 - 1 / BAND) * candidate.score() / strongest;
      proposals.add(
          new Proposal(candidate, source.name(), band * inBand * boost.applyAsDouble(candidate)));
    }
    asked++;
  }

  /** All proposals so far, in no particular order. */
  public List<Proposal> proposals() {
    return proposals;
  }
}
