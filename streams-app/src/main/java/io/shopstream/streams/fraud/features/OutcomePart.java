package io.shopstream.streams.fraud.features;

/**
 * What the state of one entity needs to know of an outcome.
 *
 * @param knownTimeMs when the outcome became known, milliseconds since 1970-01-01 UTC
 * @param orderTimeMs when the order was placed
 * @param amountMinor what was paid, in the minor unit of the currency
 * @param fraud whether the order was a fraud
 */
public record OutcomePart(long knownTimeMs, long orderTimeMs, long amountMinor, boolean fraud) {}
