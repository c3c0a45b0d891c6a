package io.shopstream.streams.fraud.rules;

/** What a rule asks for. */
public enum Action {
  APPROVE,
  REVIEW,
  DECLINE
}
