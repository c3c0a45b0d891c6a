package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.ClickType;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.ItemHash;
import io.shopstream.streams.profile.taste.ItemTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
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
    if (random.nextInt(3) > 0) {
      var events = state.hourEvents();
      state.setHourEvents(
          events.hasList() && events.size() < HourEvents.MAX_EVENTS
              ? events.with(random.nextLong())
              : HourEvents.inStore(SeenEvents.hour(NOON))
                  .begun(SeenEvents.hour(timeMs), random.nextLong()));
    }
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
  void shouldKeepAllEventsOfTheHourHoweverLittleRoomThereIs() {
    var random = new Random(7);
    var state = UserState.unknown();
    state.setHourEvents(HourEvents.inStore(500_000).begun(500_000, 0));
    for (var event = 1; event < HourEvents.MAX_EVENTS; event++) {
      state.setHourEvents(state.hourEvents().with(event));
    }
    var full = state.hourEvents();
    for (var event = 0; event < 20_000; event++) {
      doSomething(state, random);
      state.setHourEvents(full);
      state = UserState.of(state.toBytes());
    }

    var kept = state.hourEvents();
    assertThat(state.toBytes()).hasSizeLessThanOrEqualTo(UserState.MAX_BYTES);
    assertThat(kept.size()).isEqualTo(HourEvents.MAX_EVENTS);
    assertThat(LongStream.range(0, HourEvents.MAX_EVENTS).allMatch(kept::contains)).isTrue();
  }

  @Test
  void shouldTakeOverNoEventsOfAVisitor() {
    var user = UserState.unknown();
    user.setHourEvents(HourEvents.inStore(1).begun(2, 3));
    var visitor = UserState.unknown();
    visitor.setHourEvents(HourEvents.inStore(4).begun(5, 6));
    user.absorb(visitor, Duration.ofMinutes(30), 20);

    assertThat(user.hourEvents().hour()).isEqualTo(2);
    assertThat(user.hourEvents().contains(3)).isTrue();
    assertThat(user.hourEvents().contains(6)).isFalse();
  }

  @Test
  void shouldReadRowsOfTheSecondFormat() {
    var state = UserState.of(secondFormat());
    assertThat(state.hourEvents()).isSameAs(HourEvents.UNKNOWN);
    assertThat(state.firstSeenMs()).isEqualTo(NOON);
    assertThat(state.lastSeenMs()).isEqualTo(NOON + 2_000);
    assertThat(state.deadlineMs()).isEqualTo(NOON + 3_600_000);
    assertThat(state.erasedMs()).isEqualTo(NOON - 86_400_000);
    assertThat(state.views()).isEqualTo(1);
    assertThat(state.carts()).isEqualTo(1);
    assertThat(state.orders().placed()).isEqualTo(1);
    assertThat(state.bought()).containsExactly("c");
    assertThat(state.basket()).containsExactly("b");
    assertThat(state.visit().remembers("a")).isTrue();
    assertThat(state.toBytes()).startsWith(UserState.VERSION, UserState.PROFILE);
  }

  @Test
  void shouldReadMarkersOfTheSecondFormat() {
    assertThat(
            ShopperRow.of(
                HexFormat.of()
                    .parseHex(
                        "02010000019ca9450a020000019ca9450a000000019ca9450a01fd9394caca3375")))
        .isEqualTo(new ShopperRow.Forwarded("u", NOON, NOON + 1, NOON + 2, NOON - 3));
    assertThat(ShopperRow.of(HexFormat.of().parseHex("02020000019ca9450a020000019ca94509fd")))
        .isEqualTo(new ShopperRow.Erased(NOON + 2, NOON - 3));
  }

  /**
   * A row that the release before wrote: erased a day ago, viewed a, put b into the basket, bought
   * c.
   */
  static byte[] secondFormat() {
    return HexFormat.of()
        .parseHex(
            "02000000019ca9450a000000019ca94511d00000019ca97bf88080dcfaa0ca33010101000000"
                + "000080a080801403030101000000000000002a0000019ca9450a000140800002074b69746368"
                + "656e01408000020441636d65023f800000013940400003013601474250010001e8070101407f"
                + "40000000000000000000000000000000019ca94511d00000019ca94511d00000000000000000"
                + "0100000000000000070000019ca94511d0e80701016300020000019ca9450a000000019ca945"
                + "0de800000002020000019ca9450a000002000000016101d00f0162");
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
