package io.shopstream.bench.fraud;

/**
 * A score and the truth.
 *
 * @param timeMs time of the order
 * @param party whom the score is counted for when only so many can be looked at a day: the user,
 *     else the card, else the order
 * @param probability the calibrated probability given at that time
 * @param fraud the truth
 */
record Scored(long timeMs, String party, double probability, boolean fraud) {}
