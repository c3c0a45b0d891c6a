package io.shopstream.streams.profile.taste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.Affinity;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TastesTest {

  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long HALF_LIFE = Tastes.HALF_LIFE.toMillis();

  private final Tastes tastes = new Tastes();

  @Test
  void shouldCountHalfAfterAHalfLifeInWhateverOrderEventsCome() {
    touch("new", NOON);
    touch("old", NOON - HALF_LIFE);
    assertThat(share("old")).isCloseTo(1 / 3.0, within(1e-6));

    var other = new Tastes();
    other.touched(category("old"), -1, NOON - HALF_LIFE, 1);
    other.touched(category("new"), -1, NOON, 1);
    assertThat(other.affinities()).isEqualTo(tastes.affinities());
  }

  @Test
  void shouldGoOnForDecades() {
    for (var month = 0; month < 600; month++) {
      touch("c" + month % 3, NOON + month * HALF_LIFE);
    }
    assertThat(tastes.affinities()).hasSize(3);
    assertThat(share("c" + 599 % 3)).isCloseTo(4 / 7.0, within(1e-3));
  }

  @Test
  void shouldFindAFavouriteAmongManyOthers() {
    for (var i = 0; i < 1_000; i++) {
      touch("other-" + i, NOON);
      if (i % 5 == 0) {
        touch("favourite", NOON);
      }
    }
    assertThat(tastes.affinities()).hasSize(Tastes.MAX_TOLD);
    assertThat(tastes.affinities().get(0).getValue()).isEqualTo("favourite");
    assertThat(share("favourite")).isGreaterThan(0.16);
  }

  @Test
  void shouldForgetATasteThatIsTakenBack() {
    touch("kept", NOON);
    tastes.touched(category("sent back"), -1, NOON, 5);
    tastes.touched(category("sent back"), -1, NOON, -5);

    assertThat(tastes.affinities()).singleElement().extracting(Affinity::getShare).isEqualTo(1.0);
  }

  @Test
  void shouldPutTogetherTheTastesOfTwoWhoAreOne() {
    touch("a", NOON - HALF_LIFE);
    var other = new Tastes();
    other.touched(category("b"), -1, NOON, 1);
    tastes.addAll(other);

    assertThat(share("b")).isCloseTo(2 / 3.0, within(1e-6));
  }

  private void touch(String category, long timeMs) {
    tastes.touched(category(category), -1, timeMs, 1);
  }

  private static ItemTraits category(String name) {
    return ItemTraits.of(Optional.of(name), Optional.empty(), Optional.empty());
  }

  private double share(String category) {
    return tastes.affinities().stream()
        .filter(taste -> taste.getValue().equals(category))
        .mapToDouble(Affinity::getShare)
        .findAny()
        .orElse(0);
  }
}
