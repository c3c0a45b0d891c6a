package io.shopstream.query.recommend.chain;

/**
 * A candidate with its place in the whole chain.
 *
 * @param source name of the link that proposed it
 * @param score comparable among all proposals of one request, above 0
 */
public record Proposal(Candidate candidate, String source, double score) {}
