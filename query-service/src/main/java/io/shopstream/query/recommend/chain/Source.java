package io.shopstream.query.recommend.chain;

import java.util.List;
import java.util.function.LongPredicate;

/** A link of the chain: one way to find what to show. */
public interface Source {

  /** Name in requests, answers and settings. */
  String name();

  /**
   * Proposes items.
   *
   * @param allowed which items, by hash, may be proposed
   * @param wanted most items to propose, 1 or more
   * @return best first, none twice; none when this source has nothing to say
   */
  List<Candidate> candidates(Situation situation, LongPredicate allowed, int wanted);
}
