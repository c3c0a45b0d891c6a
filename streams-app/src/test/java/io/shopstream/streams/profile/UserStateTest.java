package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.ClickType;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.ItemHash;
import io.shopstream.streams.profile.taste.ItemTraits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UserStateTest {

  private static final int EVENTS = 1_000_000;
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  /** Pairs are not looked at here. */
  private static final PairSink NOWHERE =
      new PairSink() {
        @Override
        public void own(PairKind kind, String item, long timeMs, double weight, int support) {}

        @Override
        public void pair(
            PairKind kind, String item, String other, long timeMs, double weight, int support) {}
      };

  private final VisitPairs visitPairs = new VisitPairs();

  /** One user does a million things: long ids and short ones, forwards and backwards in time. */
  @Test
  void shouldNeverTakeMoreThanTwoKilobytesWhateverTheUserDoes() {
    var random = new Random(5);
    var row = UserState.unknown().toBytes();
    var largest = 0;
    for (var event = 0; event < EVENTS; event++) {
      var state = UserState.of(row);
      doSomething(state, random);
      row = state.toBytes();
      largest = Math.max(largest, row.length);
      if (row.length > UserState.MAX_BYTES) {
        throw new AssertionError(row.length + " bytes after event " + event);
      }
    }
    assertThat(largest).as("the bound was reached").isGreaterThan(1_800);
    assertThat(UserState.of(row).toBytes()).isEqualTo(row);
  }

  @Property(tries = 200)
  void shouldBeTheSameAfterWritingAndReading(@ForAll long seed) {
    var random = new Random(seed);
    var state = UserState.unknown();
    for (var event = random.nextInt(40); event >= 0; event--) {
      doSomething(state, random);
    }
    var row = state.toBytes();
    assertThat(UserState.of(row).toBytes()).isEqualTo(row);
    assertThat(UserState.of(row).basket()).isEqualTo(state.basket());
    assertThat(UserState.of(row).bought()).isEqualTo(state.bought());
  }

  private void doSomething(UserState state, Random random) {
    var timeMs = NOON + (long) (random.nextGaussian() * 40 * 86_400_000L);
    if (random.nextInt(3) > 0) {
      timeMs = Math.max(timeMs, state.lastSeenMs() + random.nextInt(3_000_000));
      timeMs = Math.min(timeMs, NOON + 4_000L * 86_400_000);
    }
    var item = name(random, 500);
    var traits =
        ItemTraits.of(
            Optional.of(name(random, 60)), Optional.of(name(random, 60)), Optional.of(7L));
    var price = random.nextLong(1L << random.nextInt(1, 62));
    switch (random.nextInt(8)) {
      case 0 -> {
        var items = Stream.generate(() -> name(random, 500)).limit(random.nextInt(1, 40)).toList();
        state.ordered(random.nextLong(), items, price >> 20, "GBP", timeMs);
        state.tasted(traits, price, timeMs, 5);
      }
      case 1 -> state.takenBack(Optional.of(random.nextLong()), price >> 20, "GBP", timeMs);
      case 2 -> {
        state.clicked(ClickType.SEARCH, null, timeMs, state.visit(), ItemTraits.UNKNOWN, -1);
        state.browsed("Mozilla/5.0 (Mobile)", Optional.of(random.nextLong()));
      }
      case 3 ->
          state.clicked(
              ClickType.REMOVE_FROM_CART,
              item,
              timeMs,
              state.visit().withBasket(item, false),
              traits,
              price);
      case 4, 5 ->
          state.clicked(
              ClickType.ADD_TO_CART,
              item,
              timeMs,
              visitPairs.putIntoBasket(state.visit(), item, timeMs, NOWHERE),
              traits,
              price);
      default ->
          state.clicked(
              ClickType.VIEW,
              item,
              timeMs,
              visitPairs.touched(state.visit(), item, timeMs, NOWHERE),
              traits,
              price);
    }
  }

  private static String name(Random random, int names) {
    var number = random.nextInt(names);
    var name = number + "-" + Long.toString(ItemHash.of("" + number), 36).repeat(6);
    return name.substring(0, number % 3 == 0 ? 3 : 64);
  }

  @Test
  void shouldReadRowsOfTheFirstFormat() {
    var visit = visitPairs.touched(Visit.NONE, "a", NOON, NOWHERE).toBytes();
    var row =
        java.nio.ByteBuffer.allocate(1 + 7 * 8 + 3 + visit.length)
            .put((byte) 1)
            .putLong(NOON)
            .putLong(NOON)
            .putLong(1)
            .putLong(2)
            .putLong(3)
            .putLong(4)
            .putLong(5)
            .put(new byte[] {1, 1, 'b'})
            .put(visit)
            .array();

    var state = UserState.of(row);
    assertThat(state.views()).isEqualTo(2);
    assertThat(state.bought()).isEqualTo(List.of("b"));
    assertThat(state.visit().remembers("a")).isTrue();
  }
}
