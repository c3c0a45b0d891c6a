package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventClockTest {

  private static final long WALL_MS = 1_800_000_000_000L;

  @Test
  void shouldBe1970BeforeTheFirstEventSoThatNothingIsDueAfterARestart() {
    var clock = new EventClock(WALL_MS);

    assertThat(clock.nowMs(WALL_MS)).isZero();
    assertThat(clock.nowMs(WALL_MS + EventClock.QUIET.toMillis() - 1)).isZero();
  }

  @Test
  void shouldBeTheNewestTimeOfAnEventAndTheWallClockOnceItIsQuiet() {
    var clock = new EventClock(WALL_MS);
    clock.saw(1_000, WALL_MS);
    clock.saw(500, WALL_MS);

    assertThat(clock.nowMs(WALL_MS + 1)).isEqualTo(1_000);
    assertThat(clock.nowMs(WALL_MS + EventClock.QUIET.toMillis()))
        .isEqualTo(WALL_MS + EventClock.QUIET.toMillis());
  }
}
