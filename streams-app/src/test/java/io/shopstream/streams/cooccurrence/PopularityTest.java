package io.shopstream.streams.cooccurrence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.PairKind;
import io.shopstream.streams.cooccurrence.Popularity.HalfLives;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PopularityTest {

  private static final HalfLives HALF_LIVES =
      new HalfLives(Duration.ofDays(90).toMillis(), Duration.ofHours(6).toMillis());
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  private static Popularity seen(Popularity before, long timeMs) {
    return before.plus(PairKind.VIEWED, timeMs, 1, 1, 1, HALF_LIVES);
  }

  @Property
  void shouldHoldWhatItWouldHoldHadAllBeenKept(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(max = 100_000) Integer> minutes) {
    var popularity = Popularity.NONE;
    var newest = Long.MIN_VALUE;
    for (var minute : minutes) {
      var time = NOON + minute * 60_000L;
      popularity = seen(popularity, time);
      newest = Math.max(newest, time);
    }
    var slow = 0.0;
    var fast = 0.0;
    for (var minute : minutes) {
      var age = newest - (NOON + minute * 60_000.0);
      slow += Math.pow(0.5, age / HALF_LIVES.slowMs());
      fast += Math.pow(0.5, age / HALF_LIVES.fastMs());
    }

    assertThat(popularity.viewedWeight()).isCloseTo(slow, within(1e-9 * slow));
    assertThat(popularity.recentWeight()).isCloseTo(fast, within(1e-9 * fast));
    assertThat(Popularity.of(popularity.toBytes())).isEqualTo(popularity);
  }

  @Test
  void shouldPublishARiseOfAnItemThatWasSeenForLong() {
    var popularity = Popularity.NONE;
    for (var day = 0; day < 1_000; day++) {
      popularity = seen(popularity, NOON + Duration.ofDays(day).toMillis() / 5);
    }
    popularity = popularity.published();
    var tomorrow = NOON + Duration.ofDays(201).toMillis();

    assertThat(seen(popularity, tomorrow).isWorthPublishing()).isFalse();
    var visits = 0;
    while (!popularity.isWorthPublishing()) {
      popularity = seen(popularity, tomorrow + visits++ * 1_000L);
    }
    assertThat(visits).as("long before it has grown by a tenth").isBetween(3, 6);
  }

  @Test
  void shouldReadWhatAnEarlierFormatWrote() {
    var bytes =
        ByteBuffer.allocate(49)
            .put((byte) 1)
            .putLong(NOON)
            .putDouble(7)
            .putLong(8)
            .putDouble(2)
            .putLong(3)
            .putDouble(9)
            .array();

    assertThat(Popularity.of(bytes)).isEqualTo(new Popularity(NOON, 7, 8, 2, 3, 0, 9, 0));
  }
}
