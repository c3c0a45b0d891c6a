package io.shopstream.streams.cooccurrence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.state.NeighbourRow;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RowPaceTest {
  private static final Duration HALF_LIFE = Duration.ofDays(90);
  private static final long START = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;

  /** A paced row holds floats, rounded at each of a few hundred updates. */
  private static final double FLOAT_ERROR = 1e-5;

  private final NeighbourRowEditor paced = NeighbourRowEditor.paced(100, HALF_LIFE);
  private final NeighbourRowEditor free = new NeighbourRowEditor(100, HALF_LIFE);

  @Test
  void shouldLearnNothingFromAHundredVisitsInAnHourWhenTwoADayAreUsual() {
    var row = twoADay(paced, 60);
    var before = NeighbourRow.of(row);
    for (int visit = 0; visit < 100; visit++) {
      row = paced.apply(row, visit(START + 60 * DAY + visit * 36_000L, 1, "pushed"));
    }
    var after = NeighbourRow.of(row);

    int pushed = index(after, "pushed");
    assertThat(after.neighbourSupport(pushed)).isEqualTo(100);
    assertThat(after.neighbourWeightAt(pushed, START + 60 * DAY)).isLessThan(0.2);
    assertThat(after.weightAt(START + 60 * DAY) - before.weightAt(START + 60 * DAY))
        .isBetween(-0.2, 0.2);
    assertThat(after.support()).isEqualTo(220);
  }

  @Test
  void shouldLearnNothingFromABurstThatArrivesAtOnce() {
    var row = twoADay(paced, 60);
    row = paced.apply(row, visit(START + 60 * DAY, 100, "pushed"));
    var after = NeighbourRow.of(row);
    assertThat(after.neighbourSupport(index(after, "pushed"))).isEqualTo(100);
    assertThat(after.neighbourWeight(index(after, "pushed"))).isZero();
    assertThat(after.support()).isEqualTo(220);
  }

  @Test
  void shouldKeepWhatCountedBeforeTheBurst() {
    var row = twoADay(paced, 60);
    var before = NeighbourRow.of(row);
    for (int visit = 0; visit < 300; visit++) {
      row = paced.apply(row, visit(START + 61 * DAY + visit * 36_000L, 1, "n3"));
    }
    var after = NeighbourRow.of(row);
    double old = before.neighbourWeightAt(index(before, "n3"), START + 61 * DAY);
    assertThat(after.neighbourWeightAt(index(after, "n3"), START + 61 * DAY))
        .isBetween(old - 0.2, old + 0.2);
  }

  @Test
  void shouldFollowARiseThatLasts() {
    var row = twoADay(paced, 60);
    for (int visit = 0; visit < 10 * 200; visit++) {
      row = paced.apply(row, visit(START + 60 * DAY + visit * DAY / 200, 1, "risen"));
    }
    var after = NeighbourRow.of(row);
    assertThat(after.neighbourWeightAt(index(after, "risen"), START + 70 * DAY)).isGreaterThan(800);
  }

  @Property(tries = 30)
  void shouldLetAUsualPaceCountAlmostInFull(
      @ForAll @IntRange(min = 1, max = 3_000) int visitsADay, @ForAll long seed) {
    var random = new SplittableRandom(seed);
    byte[] held = null;
    byte[] whole = null;
    double timeMs = START;
    for (int visit = 0; visit < 600; visit++) {
      timeMs += -Math.log(1 - random.nextDouble()) * DAY / visitsADay;
      var update = visit((long) timeMs, 1, "n" + random.nextInt(5));
      held = paced.apply(held, update);
      whole = free.apply(whole, update);
    }
    var slowed = NeighbourRow.of(held);
    var exact = NeighbourRow.of(whole);
    assertThat(slowed.support()).isEqualTo(600);
    assertThat(slowed.weightAt((long) timeMs))
        .isBetween(0.75 * exact.weightAt((long) timeMs), exact.weightAt((long) timeMs) + 1e-6);
    for (int k = 0; k < exact.size(); k++) {
      int same = index(slowed, exact.neighbourId(k));
      assertThat(slowed.neighbourSupport(same)).isEqualTo(exact.neighbourSupport(k));
      assertThat(slowed.neighbourWeightAt(same, (long) timeMs))
          .isBetween(
              0.8 * exact.neighbourWeightAt(k, (long) timeMs),
              exact.neighbourWeightAt(k, (long) timeMs) * (1 + FLOAT_ERROR));
    }
  }

  @Test
  void shouldNotHoldOrdersBack() {
    byte[] row = null;
    for (int order = 0; order < 100; order++) {
      row = paced.apply(row, gain(PairKind.BOUGHT, START, 1, "b"));
    }
    assertThat(NeighbourRow.of(row).weight()).isEqualTo(100);
    assertThat(NeighbourRow.of(row).neighbourWeight(0)).isEqualTo(100);
  }

  @Test
  void shouldTakeUpARowThatHasNoPace() {
    var row = twoADay(free, 60);
    var after = NeighbourRow.of(paced.apply(row, visit(START + 60 * DAY, 1, "pushed")));
    assertThat(after.support()).isEqualTo(121);
    assertThat(after.size()).isEqualTo(NeighbourRow.of(row).size() + 1);
    assertThat(after.neighbourWeightAt(index(after, "pushed"), START + 60 * DAY))
        .isCloseTo(1, within(FLOAT_ERROR));
  }

  private static byte[] twoADay(NeighbourRowEditor editor, int days) {
    byte[] row = null;
    for (int visit = 0; visit < 2 * days; visit++) {
      row = editor.apply(row, visit(START + visit * DAY / 2, 1, "n" + visit % 7));
    }
    return row;
  }

  private static ItemUpdates visit(long timeMs, int visits, String neighbour) {
    return gain(PairKind.VIEWED, timeMs, visits, neighbour);
  }

  private static ItemUpdates gain(PairKind kind, long timeMs, int visits, String neighbour) {
    return new ItemUpdates(
        "pot",
        kind,
        timeMs,
        (double) visits,
        visits,
        List.of(new PairUpdate(neighbour, (double) visits, visits)),
        0.0,
        0.0);
  }

  private static int index(NeighbourRow row, String id) {
    for (int k = 0; k < row.size(); k++) {
      if (row.neighbourId(k).equals(id)) {
        return k;
      }
    }
    throw new AssertionError(id + " is not in the row");
  }
}
