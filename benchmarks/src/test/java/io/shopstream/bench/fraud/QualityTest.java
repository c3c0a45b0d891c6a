package io.shopstream.bench.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QualityTest {
  private static final long DAY = 86_400_000;

  private static Scored scored(long day, String party, double probability, boolean fraud) {
    return new Scored(day * DAY, party, probability, fraud);
  }

  @Test
  void shouldMeasureAsTheTextbookDoes() {
    List<Scored> scored =
        List.of(
            scored(0, "a", 0.9, true),
            scored(0, "b", 0.8, false),
            scored(0, "c", 0.7, true),
            scored(0, "d", 0.1, false));

    Quality quality = Quality.of(scored);

    assertThat(quality.aucRoc()).isEqualTo(0.75);
    assertThat(quality.averagePrecision()).isCloseTo((1.0 + 2.0 / 3) / 2, within(1e-12));
    assertThat(quality.recallAt1PctFpr()).isEqualTo(0.5);
    assertThat(quality.cardPrecisionAt100()).isEqualTo(0.02);
    assertThat(quality.calibrationError()).isCloseTo((0.1 + 0.8 + 0.3 + 0.1) / 4, within(1e-12));
  }

  @Test
  void shouldLeaveACaughtPartyOutOnLaterDays() {
    List<Scored> scored =
        List.of(
            scored(0, "a", 0.9, true),
            scored(0, "a", 0.2, false),
            scored(1, "a", 0.9, true),
            scored(1, "b", 0.3, false));

    assertThat(Quality.of(scored).cardPrecisionAt100()).isEqualTo(0.005);
  }

  @Test
  void shouldLookAtTheHundredHighestOfADayOnly() {
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      scored.add(scored(0, "party-" + i, 1 - i / 200.0, i >= 90));
    }

    assertThat(Quality.of(scored).cardPrecisionAt100()).isEqualTo(0.1);
  }

  @Property(tries = 100)
  void shouldGiveTheAreaThatCountingPairsGives(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int orders) {
    Random random = new Random(seed);
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      scored.add(
          scored(0, "p" + i, random.nextInt(6) / 5.0, i == 0 || (i > 1 && random.nextBoolean())));
    }
    double won = 0;
    double pairs = 0;
    for (Scored fraud : scored) {
      for (Scored sound : scored) {
        if (fraud.fraud() && !sound.fraud()) {
          int compared = Double.compare(fraud.probability(), sound.probability());
          won += compared > 0 ? 1 : compared == 0 ? 0.5 : 0;
          pairs++;
        }
      }
    }

    assertThat(Quality.of(scored).aucRoc()).isCloseTo(won / pairs, within(1e-9));
  }
}
