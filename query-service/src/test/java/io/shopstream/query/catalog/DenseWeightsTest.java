package io.shopstream.query.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.ItemPopularity;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.state.ItemHash;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DenseWeightsTest {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 1_600_000_000_000L;

  private final ItemWeights weights = new ItemWeights(Clock.systemUTC());

  @Test
  void shouldTellTheSameAsAWeightOfItsOwnTime() {
    var random = new Random(5);
    var last = new HashMap<String, double[]>();
    for (var step = 0; step < 30_000; step++) {
      var item = "item-" + random.nextInt(5_000);
      // A year and a half with a half-life of three days: several landmarks.
      var timeMs = START + step * (550 * DAY) / 30_000;
      var weight = random.nextDouble() * 1_000;
      weights.put(popularity(item, timeMs, weight, weight / 7, 3 * DAY), timeMs);
      last.put(item, new double[] {timeMs, weight});
    }

    var now = START + 551 * DAY;
    var viewed = weights.viewed(now);
    var bought = weights.bought(now);

    last.forEach(
        (item, timeAndWeight) -> {
          var expected =
              timeAndWeight[1] * ForwardDecay.factor((long) timeAndWeight[0], now, 3 * DAY);
          var hash = ItemHash.of(item);
          if (expected > 1e-9) {
            assertThat(viewed.of(hash)).isCloseTo(expected, Percentage.withPercentage(1e-4));
            assertThat(bought.of(hash)).isCloseTo(expected / 7, Percentage.withPercentage(1e-4));
          } else {
            assertThat(viewed.of(hash)).isCloseTo(0, within(1e-9));
          }
        });
  }

  @Test
  void shouldForgetAnItemAndKnowNothingOfOthers() {
    weights.put(popularity("lamp", START, 10, 1, DAY), START);

    assertThat(weights.viewed(START).of(ItemHash.of("lamp"))).isEqualTo(10);
    assertThat(weights.viewed(START).of(ItemHash.of("chair"))).isZero();

    weights.remove("lamp");

    assertThat(weights.viewed(START).of(ItemHash.of("lamp"))).isZero();
  }

  @Test
  void shouldFollowAnotherHalfLife() {
    weights.put(popularity("lamp", START, 10, 1, DAY), START);
    weights.put(popularity("chair", START, 10, 1, 2 * DAY), START);

    var viewed = weights.viewed(START + 2 * DAY);

    assertThat(viewed.of(ItemHash.of("lamp"))).isEqualTo(5);
    assertThat(viewed.of(ItemHash.of("chair"))).isEqualTo(5);
  }

  private static ItemPopularity popularity(
      String item, long timeMs, double viewed, double bought, long halfLifeMs) {
    return ItemPopularity.newBuilder()
        .setItemId(item)
        .setTimeMs(timeMs)
        .setViewedWeight(viewed)
        .setViewedSupport(1)
        .setBoughtWeight(bought)
        .setBoughtSupport(1)
        .setRecentWeight(0)
        .setHalfLifeMs(halfLifeMs)
        .setRecentHalfLifeMs(halfLifeMs)
        .build();
  }
}
