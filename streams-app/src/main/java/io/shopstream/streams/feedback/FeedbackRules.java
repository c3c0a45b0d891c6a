package io.shopstream.streams.feedback;

import java.time.Duration;

/**
 * What counts as feedback.
 *
 * @param clickWindow how long after a list was made it may be shown and clicked
 * @param conversionWindow how long after a click an order of the item is put down to it
 * @param mostEventsAnHour impressions and clicks of one shopper in an hour of event time that
 *     count; no person sees more
 */
public record FeedbackRules(Duration clickWindow, Duration conversionWindow, int mostEventsAnHour) {

  /** A clock may be so far from that of the service. */
  static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
}
