package io.shopstream.query.recommend.chain;

import java.util.List;

/**
 * An item that a source proposes.
 *
 * @param itemHash as {@code ItemHash} makes it from the id
 * @param score above 0; comparable among the candidates of one source only
 * @param because what speaks for it, what says most first; at least one
 */
public record Candidate(String itemId, long itemHash, double score, List<Because> because) {

  /** A candidate that one thing speaks for. */
  public Candidate(String itemId, long itemHash, double score, Because because) {
    this(itemId, itemHash, score, List.of(because));
  }
}
