package io.shopstream.streams.fraud.decision;

/**
 * What follows from a probability.
 *
 * @param reviewAt probability from which an order is to be looked at, 0 to 1
 * @param declineAt probability from which it is declined, not below {@code reviewAt}
 * @param exploredShare share of the orders the score alone would decline that are let through,
 *     marked, so that their outcomes go on teaching the model, 0 to 1
 */
public record Policy(double reviewAt, double declineAt, double exploredShare) {
  public Policy {
    if (!(0 <= reviewAt && reviewAt <= declineAt && declineAt <= 1)) {
      throw new IllegalArgumentException(
          "review at "
              + reviewAt
              + " and decline at "
              + declineAt
              + ": must be 0 <= review <= decline <= 1");
    }
    if (!(0 <= exploredShare && exploredShare <= 1)) {
      throw new IllegalArgumentException("explored share is " + exploredShare + ", must be 0 to 1");
    }
  }

  /** Review from 20 %, decline from 80 %, let one of a hundred declined through. */
  public static Policy defaults() {
    return new Policy(0.2, 0.8, 0.01);
  }
}
