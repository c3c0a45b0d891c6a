package io.shopstream.streams.fraud.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void shouldMakeProbabilitiesHold() {
    Calibration calibration = new Calibration(1e9);
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      double margin = -5 + 6 * random.nextDouble();
      double truth = Logistic.probability(0.5 * margin - 1);
      calibration.learn(margin, random.nextDouble() < truth);
    }

    Calibration.Curve curve = calibration.curve();

    for (double margin = -4.5; margin < 1; margin += 0.25) {
      assertThat(Logistic.probability(curve.at(margin)))
          .isCloseTo(Logistic.probability(0.5 * margin - 1), within(0.02));
    }
  }

  @Test
  void shouldLeaveLogOddsAsTheyAreWhenNothingIsKnown() {
    Calibration.Curve curve = new Calibration(100).curve();

    for (double margin = -8; margin < 8; margin += 0.3) {
      assertThat(curve.at(margin)).isCloseTo(margin, within(0.05));
    }
  }

  @Test
  void shouldFollowAChange() {
    Calibration calibration = new Calibration(1_000);
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      calibration.learn(-2, random.nextDouble() < (i < 10_000 ? 0.02 : 0.4));
    }

    assertThat(Logistic.probability(calibration.curve().at(-2))).isCloseTo(0.4, within(0.1));
  }

  @Property(tries = 100)
  void shouldKeepTheOrderOfScores(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 2_000) int pairs) {
    Random random = new Random(seed);
    Calibration calibration = new Calibration(500);
    for (int i = 0; i < pairs; i++) {
      calibration.learn(12 * random.nextGaussian(), random.nextBoolean());
    }
    Calibration.Curve curve = calibration.curve();

    double before = curve.at(-20);
    for (double margin = -19.99; margin < 20; margin += 0.01) {
      double now = curve.at(margin);
      assertThat(now).isGreaterThan(before);
      before = now;
    }
  }
}
