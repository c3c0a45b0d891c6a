package io.shopstream.streams.profile.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.LifecycleStage;
import io.shopstream.events.RfmSegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrderHistoryTest {

  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final Rfm RFM =
      new Rfm(
          List.of(30, 60, 120, 240),
          List.of(2, 3, 6, 12),
          List.of(25_000L, 75_000L, 200_000L, 500_000L),
          30,
          90,
          180);

  private final OrderHistory orders = new OrderHistory();

  @Test
  void shouldTellMeanAndSpreadOfOrderValues() {
    place(1, 100, 0);
    place(2, 200, 1);
    place(3, 600, 2);

    assertThat(orders.meanValue()).isCloseTo(300, within(1e-9));
    assertThat(orders.valueDeviation()).isCloseTo(Math.sqrt(70_000), within(1e-9));
  }

  @Test
  void shouldPutTogetherTwoHistoriesAsIfTheyHadBeenOne() {
    place(1, 100, 0);
    place(2, 200, 1);
    var other = new OrderHistory();
    other.placed(3, 600, "GBP", 1, NOON + 2 * DAY);
    orders.addAll(other);

    assertThat(orders.meanValue()).isCloseTo(300, within(1e-9));
    assertThat(orders.valueDeviation()).isCloseTo(Math.sqrt(70_000), within(1e-9));
    assertThat(orders.netMinor()).isEqualTo(900);
    assertThat(orders.frequency()).isEqualTo(3);
    assertThat(orders.lastMs()).contains(NOON + 2 * DAY);
  }

  @Test
  void shouldNotCountAnOrderThatIsTakenBackAsAWhole() {
    place(1, 100, 0);
    place(2, 200, 1);
    orders.takenBack(Optional.empty(), 200, "GBP", NOON + 2 * DAY);

    assertThat(orders.frequency()).isEqualTo(1);
    assertThat(orders.netMinor()).isEqualTo(100);
    assertThat(orders.lastMs()).contains(NOON);
  }

  @Test
  void shouldCountAnOrderOfWhichSomethingIsLeft() {
    place(1, 100, 0);
    orders.takenBack(Optional.of(1L), 60, "GBP", NOON + DAY);
    assertThat(orders.frequency()).isEqualTo(1);
    assertThat(orders.netMinor()).isEqualTo(40);

    orders.takenBack(Optional.of(1L), 40, "GBP", NOON + DAY);
    assertThat(orders.frequency()).isZero();
    assertThat(orders.lastMs()).isEmpty();
    assertThat(RFM.segment(orders, NOON)).isEqualTo(RfmSegment.NONE);
  }

  @Test
  void shouldCountMoneyInTheCurrencyOfTheFirstOrder() {
    place(1, 100, 0);
    orders.placed(2, 5_000, "EUR", 1, NOON);

    assertThat(orders.frequency()).isEqualTo(2);
    assertThat(orders.netMinor()).isEqualTo(100);
    assertThat(orders.meanValue()).isEqualTo(100);
  }

  @Test
  void shouldFindSegmentAndStageThatFollowFromTime() {
    place(1, 100, 0);
    assertThat(RFM.segment(orders, NOON)).isEqualTo(RfmSegment.NEW);
    assertThat(RFM.stage(orders, NOON)).isEqualTo(LifecycleStage.NEW);

    place(2, 100, 1);
    place(3, 100, 2);
    assertThat(RFM.segment(orders, NOON + 10 * DAY)).isEqualTo(RfmSegment.LOYAL);
    assertThat(RFM.stage(orders, NOON + 10 * DAY)).isEqualTo(LifecycleStage.ACTIVE);
    assertThat(RFM.segment(orders, NOON + 130 * DAY)).isEqualTo(RfmSegment.AT_RISK);
    assertThat(RFM.stage(orders, NOON + 130 * DAY)).isEqualTo(LifecycleStage.AT_RISK);
    assertThat(RFM.stage(orders, NOON + 190 * DAY)).isEqualTo(LifecycleStage.LOST);
  }

  @Test
  void shouldKnowWhenSegmentOrStageChangeNext() {
    place(1, 100, 0);
    var now = NOON;
    var changes = 0;
    for (var next = RFM.nextChangeMs(orders, now);
        next.isPresent();
        next = RFM.nextChangeMs(orders, now)) {
      assertThat(next.get()).isGreaterThan(now);
      assertThat(state(next.get() - 1)).isEqualTo(state(now));
      now = next.get();
      changes++;
    }
    assertThat(changes).isEqualTo(6);
    assertThat(RFM.stage(orders, now)).isEqualTo(LifecycleStage.LOST);
  }

  private List<Object> state(long nowMs) {
    return List.of(RFM.segment(orders, nowMs), RFM.stage(orders, nowMs));
  }

  @Test
  void shouldBeTheSameAfterWritingAndReading() {
    for (var order = 0; order < 20; order++) {
      place(order, 100L * order, order);
    }
    orders.takenBack(Optional.of(19L), 5, "GBP", NOON);
    var out = ByteBuffer.allocate(orders.bytes());
    orders.write(out);
    var again = OrderHistory.read(out.flip());

    assertThat(again).usingRecursiveComparison().isEqualTo(orders);
  }

  private void place(long order, long amount, int day) {
    orders.placed(order, amount, "GBP", 1, NOON + day * DAY);
  }

  /** Values of the paper's spreadsheet for CDNOW: customer with x = 2, t_x = 30.43, T = 38.86. */
  @Test
  void shouldTellProbabilitiesAsThePublishedModelDoes() {
    var week = Duration.ofDays(7).toMillis();
    // The paper counts in weeks: a «day» here stands for a week.
    var customers = new PurchaseRhythm.Customers(0.243, 4.414 * 7, 0.793, 2.426);
    var rhythm = new PurchaseRhythm(2, 0, (long) (30.43 * week));
    var alive = rhythm.alive(customers, (long) (38.86 * week));

    assertThat(alive).isCloseTo(0.7266, within(0.002));
    assertThat(rhythm.returnsWithin(customers, (long) (38.86 * week), Duration.ofDays(39 * 7)))
        .isBetween(0.4, alive);
  }
}
