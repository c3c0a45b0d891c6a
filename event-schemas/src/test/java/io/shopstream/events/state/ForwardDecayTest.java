package io.shopstream.events.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ForwardDecayTest {

  private static final long HALF_LIFE_MS = 90L * 86_400_000;

  @Test
  void shouldHalveInAHalfLife() {
    assertThat(ForwardDecay.factor(0, HALF_LIFE_MS, HALF_LIFE_MS)).isEqualTo(0.5);
    assertThat(ForwardDecay.factor(HALF_LIFE_MS, 0, HALF_LIFE_MS)).isEqualTo(2);
    assertThat(ForwardDecay.factor(7, 7, HALF_LIFE_MS)).isEqualTo(1);
  }

  /** 1e-4 of a half-life's logarithm is 19 minutes: on both sides of where the series ends. */
  @Property
  void shouldBeThePowerOfTwo(@ForAll @LongRange(min = -3_000_000, max = 3_000_000) long apartMs) {
    assertThat(ForwardDecay.factor(apartMs, 0, HALF_LIFE_MS))
        .isCloseTo(Math.pow(2, (double) apartMs / HALF_LIFE_MS), within(4e-16));
  }

  @Property
  void shouldBearTimesFarApart(@ForAll long fromMs, @ForAll long toMs) {
    assertThat(ForwardDecay.factor(fromMs, toMs, HALF_LIFE_MS)).isNotNaN().isNotNegative();
  }
}
