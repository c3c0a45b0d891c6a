package io.shopstream.streams.fraud.decision;

/** What to do with an order. */
public enum Decision {
  APPROVE,
  REVIEW,
  DECLINE
}
