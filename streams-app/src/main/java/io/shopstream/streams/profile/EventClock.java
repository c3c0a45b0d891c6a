package io.shopstream.streams.profile;

import java.time.Duration;

/**
 * What time it is for the shoppers of one partition: the newest time of an event, so that a replay
 * of a year takes a year, and nobody abandons a basket because the application was away; or the
 * wall clock once nothing has come for a while. Used by one thread.
 */
final class EventClock {

  /** Without an event for so long the wall clock counts. */
  static final Duration QUIET = Duration.ofMinutes(1);

  // 1970, before which nothing is due: after a restart this is the time until an event comes.
  private long newestMs;
  private long sawAtMs;

  EventClock(long wallMs) {
    sawAtMs = wallMs;
  }

  /** An event of this time was processed. */
  void saw(long timeMs, long wallMs) {
    newestMs = Math.max(newestMs, timeMs);
    sawAtMs = wallMs;
  }

  /** The time now, in milliseconds since 1970-01-01 UTC, 0 or more; 0 before the first event. */
  long nowMs(long wallMs) {
    return wallMs - sawAtMs >= QUIET.toMillis() ? Math.max(newestMs, wallMs) : newestMs;
  }
}
