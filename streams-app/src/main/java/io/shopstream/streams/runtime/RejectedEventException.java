package io.shopstream.streams.runtime;

/**
 * An event breaks a rule of its contract. Thrown before anything is changed, so that the record can
 * go to the dead letters and the next one be taken. Carries no stack trace: it is about the event,
 * and there may be a million of them.
 */
public final class RejectedEventException extends RuntimeException {

  /**
   * Refuses an event.
   *
   * @param reason names the field and the rule, and no value that could identify a person
   */
  public RejectedEventException(String reason) {
    super(reason, null, false, false);
  }
}
