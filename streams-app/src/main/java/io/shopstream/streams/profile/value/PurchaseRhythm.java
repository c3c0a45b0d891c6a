package io.shopstream.streams.profile.value;

import java.time.Duration;

/**
 * How often and when somebody bought, and what follows from it: BG/NBD (Fader, Hardie, Lee:
 * «“Counting Your Customers” the Easy Way: An Alternative to the Pareto/NBD Model», Marketing
 * Science 2005). A customer buys at random at a rate of their own and leaves with a probability of
 * their own after each purchase; rates are gamma distributed over customers, probabilities beta.
 *
 * @param repeats occasions to buy after the first
 * @param firstMs time of the first occasion, in milliseconds since 1970-01-01 UTC
 * @param lastMs time of the newest occasion
 */
public record PurchaseRhythm(long repeats, long firstMs, long lastMs) {

  private static final double DAY_MS = Duration.ofDays(1).toMillis();

  /**
   * What customers of a shop have in common; times in days.
   *
   * @param r shape of the gamma distribution of purchase rates
   * @param alpha rate of the same, in days
   * @param a first shape of the beta distribution of leaving
   * @param b second shape of the same
   */
  public record Customers(double r, double alpha, double a, double b) {
    public Customers {
      if (!(r > 0 && alpha > 0 && a > 0 && b > 0)) {
        throw new IllegalArgumentException(
            "r, alpha, a and b are above 0, not %s, %s, %s and %s".formatted(r, alpha, a, b));
      }
    }
  }

  /** Probability that the customer has not left, as of a time. */
  public double alive(Customers customers, long nowMs) {
    if (repeats == 0) {
      return 1;
    }
    var waited = (customers.alpha + age(nowMs)) / (customers.alpha + recency());
    var left = customers.a / (customers.b + repeats - 1) * Math.pow(waited, customers.r + repeats);
    return 1 / (1 + left);
  }

  /**
   * Probability that the customer buys again within a time from now on. Who is alive has a rate of
   * Gamma(r + repeats, alpha + age), so the chance of nothing in t days is ((alpha + age) / (alpha
   * + age + t))^(r + repeats).
   */
  public double returnsWithin(Customers customers, long nowMs, Duration horizon) {
    var known = customers.alpha + age(nowMs);
    var nothing = Math.pow(known / (known + horizon.toMillis() / DAY_MS), customers.r + repeats);
    return alive(customers, nowMs) * (1 - nothing);
  }

  /** Days from the first occasion to the newest. */
  public double recency() {
    return (lastMs - firstMs) / DAY_MS;
  }

  /** Days from the first occasion until now; never before the newest. */
  public double age(long nowMs) {
    return (Math.max(nowMs, lastMs) - firstMs) / DAY_MS;
  }
}
