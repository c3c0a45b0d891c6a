package io.shopstream.query.ops.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CounterRateTest {

  private final CounterRate rate = new CounterRate(10_000);

  @Test
  void shouldKnowNothingFromOneValue() {
    rate.add(1_000, 5_000);

    assertThat(rate.perSecond()).isZero();
  }

  @Test
  void shouldForgetWhatWasBeforeItsWindow() {
    rate.add(0, 0);
    rate.add(10_000, 1_000_000);
    for (var second = 11; second <= 30; second++) {
      rate.add(second * 1_000L, 1_000_000 + (second - 10) * 7);
    }

    assertThat(rate.perSecond()).isEqualTo(7);
  }

  @Test
  void shouldTakeATotalThatFallsForANewBeginning() {
    rate.add(0, 900);
    rate.add(1_000, 1_000);
    rate.add(2_000, 50);

    assertThat(rate.perSecond()).isEqualTo(75);
  }

  @Test
  void shouldTakeTheSameReportOnce() {
    rate.add(0, 0);
    rate.add(1_000, 10);
    rate.add(1_000, 10);

    assertThat(rate.perSecond()).isEqualTo(10);
  }

  /** However often the process starts anew, what was counted in all is what the rate says. */
  @Property
  void shouldBeTheSumOverTheTime(
      @ForAll @Size(min = 2, max = 9) List<@IntRange(max = 1_000) Integer> steps) {
    var counted = new CounterRate(60_000);
    counted.add(0, 0);
    var total = 0L;
    for (var i = 0; i < steps.size(); i++) {
      total = i % 4 == 3 && steps.get(i) < total ? steps.get(i) : total + steps.get(i);
      counted.add((i + 1) * 1_000L, total);
    }

    assertThat(counted.perSecond())
        .isCloseTo(
            steps.stream().mapToInt(Integer::intValue).sum() / (double) steps.size(), within(1e-9));
  }
}
