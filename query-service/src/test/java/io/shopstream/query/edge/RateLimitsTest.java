package io.shopstream.query.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

  private static RateLimits limits(int burst) {
    return new RateLimits(
        new EdgeConfiguration("", false, true, 1, burst, 100, 1, 1, Duration.ofSeconds(1)));
  }

  @Test
  void shouldTakeABurstThenThePaceAndTellHowLongToWait() {
    var limits = limits(3);
    for (var i = 0; i < 3; i++) {
      assertThat(limits.take("a", 2, 0)).isZero();
    }

    assertThat(limits.take("a", 2, 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(limits.take("b", 2, 0)).as("another client").isZero();
    assertThat(limits.take("a", 2, TimeUnit.MILLISECONDS.toNanos(500))).isZero();
    assertThat(limits.take("a", 2, TimeUnit.MILLISECONDS.toNanos(500))).isPositive();
  }

  /** Whatever is asked when, no more gets through than the burst and the pace. */
  @Property(tries = 200)
  void shouldNeverTakeMore(
      @ForAll @DoubleRange(min = 0.5, max = 5_000) double rate,
      @ForAll @IntRange(min = 1, max = 50) int burst,
      @ForAll @IntRange(min = 1, max = 1_000) int stepMicros) {
    var limits = limits(burst);
    var taken = 0;
    var now = Long.MAX_VALUE - 1_000_000; // nanoTime may run over
    for (var i = 0; i < 2_000; i++) {
      if (limits.take("a", rate, now).isZero()) {
        taken++;
      }
      now += TimeUnit.MICROSECONDS.toNanos(stepMicros);
    }
    var seconds = 2_000 * stepMicros / 1e6;
    assertThat((double) taken).isLessThanOrEqualTo(burst + rate * seconds * 1.001 + 1);
  }
}
