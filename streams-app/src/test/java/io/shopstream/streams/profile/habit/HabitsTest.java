package io.shopstream.streams.profile.habit;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.DeviceKind;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HabitsTest {

  private final Habits habits = new Habits();

  @Test
  void shouldKnowHourAndWeekday() {
    // A Sunday.
    habits.active(Instant.parse("2026-03-01T23:59:00Z").toEpochMilli());
    // A Friday before 1970.
    habits.active(Instant.parse("1969-12-26T00:00:00Z").toEpochMilli());

    assertThat(habits.hours().get(23)).isEqualTo(0.5);
    assertThat(habits.hours().get(0)).isEqualTo(0.5);
    assertThat(habits.weekdays().get(6)).isEqualTo(0.5);
    assertThat(habits.weekdays().get(4)).isEqualTo(0.5);
  }

  @Test
  void shouldFollowAChangeOfHabit() {
    for (var i = 0; i < 100_000; i++) {
      habits.active(Instant.parse("2026-03-01T10:00:00Z").toEpochMilli());
    }
    for (var i = 0; i < 1_000; i++) {
      habits.active(Instant.parse("2026-03-02T20:00:00Z").toEpochMilli());
    }
    assertThat(habits.hours().get(20)).isGreaterThan(0.9);
  }

  @Test
  void shouldTellKindsOfDevices() {
    habits.browsed(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile/15E148");
    habits.browsed("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120 Mobile Safari/537.36");
    habits.browsed("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0");

    assertThat(habits.kinds())
        .extracting(kind -> kind.getKind())
        .containsExactly(DeviceKind.MOBILE, DeviceKind.DESKTOP);
    for (var device = 0; device < 10; device++) {
      habits.used(device);
    }
    assertThat(habits.devices()).isEqualTo(4);
  }
}
