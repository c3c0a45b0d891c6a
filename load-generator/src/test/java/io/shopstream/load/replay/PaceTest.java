package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

  @Test
  void shouldWaitForTheEventToBeDue() {
    var pace = Pace.parse("60x");

    assertThat(pace.waitNanos(60_000, 0)).isEqualTo(1_000_000_000);
    assertThat(pace.waitNanos(60_000, 400_000_000)).isEqualTo(600_000_000);
    assertThat(pace.waitNanos(60_000, 2_000_000_000)).isNegative();
    assertThat(Pace.parse("0.5").waitNanos(1_000, 0)).isEqualTo(2_000_000_000);
  }

  @Test
  void shouldNotWaitAtFullSpeed() {
    assertThat(Pace.parse("MAX").waitNanos(Long.MAX_VALUE, 0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "-1x", "0", "NaN", "Infinity", "x"})
  void shouldRefuseAnythingElse(String text) {
    assertThatThrownBy(() -> Pace.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60x");
  }
}
