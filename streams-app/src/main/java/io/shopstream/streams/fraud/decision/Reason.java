package io.shopstream.streams.fraud.decision;

/**
 * One thing that moved a score.
 *
 * @param name feature or rule
 * @param text in words, for a person
 * @param share its part of all that moved the score; above 0 towards fraud, below 0 away from it;
 *     absolute values of all things together are 1
 */
public record Reason(String name, String text, double share) {}
