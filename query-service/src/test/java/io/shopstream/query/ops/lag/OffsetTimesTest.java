package io.shopstream.query.ops.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OffsetTimesTest {

  private final OffsetTimes times = new OffsetTimes();

  @Test
  void shouldInterpolateBetweenTwoLooks() {
    times.ended(100, 10_000);
    times.ended(200, 20_000);

    var appended = times.timeOf(150).orElseThrow();

    assertThat(appended.timeMs()).isCloseTo(15_000, within(100.0));
    assertThat(appended.uncertaintyMs()).isEqualTo(5_000);
  }

  @Test
  void shouldNotSpreadRecordsOverTheQuietBeforeThem() {
    times.ended(100, 10_000);
    times.ended(100, 500_000); // nothing came
    times.ended(110, 502_000);

    assertThat(times.timeOf(100).orElseThrow().timeMs()).isBetween(500_000.0, 502_000.0);
  }

  @Test
  void shouldKnowNothingBeforeItsFirstLookNorBeyondItsLast() {
    times.ended(100, 10_000);
    times.ended(200, 20_000);

    assertThat(times.timeOf(99)).isEmpty();
    assertThat(times.timeOf(200)).isEmpty();
  }

  @Test
  void shouldBeSureOfARecordThatWasRead() {
    times.ended(1_000, 900_000);
    times.appended(40, 30_000);

    var appended = times.timeOf(40).orElseThrow();

    assertThat(appended.timeMs()).isEqualTo(30_000);
    assertThat(appended.uncertaintyMs()).isZero();
  }

  @Property(tries = 50)
  void shouldStayWithinItsUncertaintyHoweverRecordsCome(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3_000) int looks) {
    var random = new Random(seed);
    var one = new OffsetTimes();
    var appendedMs = new java.util.ArrayList<Double>();
    long now = 0;
    one.ended(0, now);
    for (var look = 0; look < looks; look++) {
      long next = now + 1 + random.nextInt(4_000);
      var records = random.nextInt(3) == 0 ? 0 : random.nextInt(5);
      random.doubles(records, (double) now, (double) next).sorted().forEach(appendedMs::add);
      now = next;
      one.ended(appendedMs.size(), now);
    }
    assertThat(one.points()).isLessThanOrEqualTo(1_025);
    for (var offset = 0; offset < appendedMs.size(); offset++) {
      var truth = appendedMs.get(offset);
      one.timeOf(offset)
          .ifPresent(
              found ->
                  assertThat(found.timeMs())
                      .isCloseTo(truth, within(2 * found.uncertaintyMs() + 1e-6)));
    }
  }
}
