package io.shopstream.query.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class PowerTest {

  @Property
  void shouldComeCloseToThePower(
      @ForAll @DoubleRange(min = 0, max = 1e12) double base,
      @ForAll @DoubleRange(min = -2, max = 2) double exponent) {
    var power = Math.pow(base, exponent);

    assertThat(new Power(exponent).of(base) / power)
        .satisfiesAnyOf(
            ratio -> assertThat(ratio).isCloseTo(1, within(3e-6)),
            ratio -> assertThat(base).isZero());
  }

  @Property
  void shouldComeCloserWithAnExponentBetween0And1(
      @ForAll @Scale(9) @DoubleRange(min = 1e-9, max = 1e9) double base,
      @ForAll @DoubleRange(min = 0, max = 1) double exponent) {
    assertThat(new Power(exponent).of(base) / Math.pow(base, exponent))
        .isCloseTo(1, within(1.2e-7));
  }

  @Property
  void shouldKeepTheOrder(
      @ForAll @DoubleRange(min = 0, max = 1e6) double one,
      @ForAll @DoubleRange(min = 0, max = 1e6) double other) {
    var power = new Power(0.9);

    assertThat(power.of(Math.min(one, other))).isLessThanOrEqualTo(power.of(Math.max(one, other)));
  }

  @Test
  void shouldTakeWhatIsOutsideTheTables() {
    var power = new Power(0.5);

    assertThat(power.of(0)).isZero();
    assertThat(power.of(1e300)).isEqualTo(1e150);
    assertThat(power.of(1e-300)).isEqualTo(1e-150);
    assertThat(power.of(Double.POSITIVE_INFINITY)).isInfinite();
  }

  @Test
  void shouldRefuseAnExponentThatItIsNotMadeFor() {
    assertThatThrownBy(() -> new Power(Double.NaN)).hasMessageContaining("NaN");
  }
}
