package io.shopstream.query.ops.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class LagTrendTest {

  private static final long WINDOW_MS = 60_000;

  @Test
  void shouldTellGrowingSteadyAndShrinkingApart() {
    assertThat(trend(t -> 1_000 + t * 50).direction()).isEqualTo(LagTrend.Direction.GROWING);
    assertThat(trend(t -> 9_000 - t * 50).direction()).isEqualTo(LagTrend.Direction.SHRINKING);
    assertThat(trend(t -> 5_000 + t % 2).direction()).isEqualTo(LagTrend.Direction.STEADY);
  }

  @Test
  void shouldTakeTheStepsOfCommitsForNoTrend() {
    assertThat(trend(t -> t % 5).direction()).isEqualTo(LagTrend.Direction.STEADY);
  }

  @Test
  void shouldSayWhenItWillBeCaughtUp() {
    var trend = trend(t -> 9_000 - t * 50);

    assertThat(trend.recordsPerSecond()).isCloseTo(-50, within(0.001));
    assertThat(trend.secondsUntilCaughtUp()).hasValueCloseTo((9_000 - 59 * 50) / 50.0, within(0.1));
    assertThat(trend(t -> 1_000 + t * 50).secondsUntilCaughtUp()).isEmpty();
    assertThat(trend(t -> 0).secondsUntilCaughtUp()).hasValue(0);
  }

  @Test
  void shouldForgetWhatIsOlderThanItsWindow() {
    var trend = new LagTrend(WINDOW_MS);
    trend.add(0, 1_000_000);
    for (var t = 0; t < 10; t++) {
      trend.add(WINDOW_MS * 2 + t * 1_000L, 500);
    }
    assertThat(trend.direction()).isEqualTo(LagTrend.Direction.STEADY);
  }

  /** A value a second for a minute. */
  private static LagTrend trend(LongUnaryOperator lagAtSecond) {
    var trend = new LagTrend(WINDOW_MS);
    for (var second = 0; second < 60; second++) {
      trend.add(second * 1_000L, lagAtSecond.applyAsLong(second));
    }
    return trend;
  }
}
