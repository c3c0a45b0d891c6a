package io.shopstream.streams.fraud.model;

/** Log-odds and probabilities. */
final class Logistic {
  private Logistic() {}

  static double probability(double logOdds) {
    return logOdds >= 0 ? 1 / (1 + Math.exp(-logOdds)) : 1 - 1 / (1 + Math.exp(logOdds));
  }

  static double logOdds(double probability) {
    double p = Math.min(1 - 1e-9, Math.max(1e-9, probability));
    return Math.log(p / (1 - p));
  }
}
