package io.shopstream.streams.fraud.features;

/**
 * What the state of one entity needs to know of an outcome.
 *
 * @param knownTimeMs when the outcome became known, milliseconds since 1970-01-01 UTC
 * @param orderTimeMs when the order was placed
 * @param amountMinor what was paid, in the minor unit of the currency
 * @param fraud whether the order was a fraud
 * @param probability of fraud that the order was given when it was scored, 0 to 1. A fraud that was
 *     not expected throws suspicion on its parties; one that gave itself away, by its amount say,
 *     does less so
 */
public record OutcomePart(
    long knownTimeMs, long orderTimeMs, long amountMinor, boolean fraud, double probability) {

  /** Whether this is a fraud that the score had not seen coming. */
  public boolean unexpectedFraud() {
    return fraud && probability < 0.5;
  }
}
