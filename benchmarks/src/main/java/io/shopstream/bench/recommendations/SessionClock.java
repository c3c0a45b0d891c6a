package io.shopstream.bench.recommendations;

import java.time.Duration;
import java.util.List;

/**
 * When clicks of sessions happened. Sessions whose times are true keep them. Others (no times, or
 * times that start anew in each session) follow one another evenly over a period, each click a
 * second after the one before unless the file says otherwise.
 */
final class SessionClock {
  private static final long START_MS = 1_600_000_000_000L;

  /** Between clicks without times. */
  static final long CLICK_MS = 1_000;

  private final boolean hasDates;
  private final double stepMs;

  SessionClock(List<Session> sessions, Duration period) {
    this.hasDates =
        sessions.stream().allMatch(s -> s.isTimed() && s.timesMs()[0] >= SessionFile.YEAR_2000_MS);
    this.stepMs = (double) period.toMillis() / sessions.size();
  }

  /** Time of a click in milliseconds since 1970-01-01 UTC. */
  long timeMs(int sessionIndex, Session session, int click) {
    if (hasDates) {
      return session.timesMs()[click];
    }
    long sinceStart =
        session.isTimed() ? session.timesMs()[click] - session.timesMs()[0] : CLICK_MS * click;
    return START_MS + Math.round(stepMs * sessionIndex) + sinceStart;
  }
}
