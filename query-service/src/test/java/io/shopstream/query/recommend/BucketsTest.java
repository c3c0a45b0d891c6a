package io.shopstream.query.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private static final Map<String, Integer> SHARES = Map.of("a", 70, "b", 30, "off", 0);

  private static Buckets buckets(String experiment) {
    return new Buckets(experiment, new TreeMap<>(SHARES));
  }

  @Test
  void shouldDealUsersByTheSharesAndAlwaysAlike() {
    var once = buckets("first");
    var again = buckets("first");
    var users = IntStream.range(0, 20_000).mapToObj(i -> "user-" + i).toList();

    assertThat(users).allSatisfy(user -> assertThat(again.of(user)).isEqualTo(once.of(user)));
    var inA = users.stream().filter(user -> once.of(user).equals("a")).count();
    assertThat(inA / 20_000.0).isCloseTo(0.7, within(0.02));
    assertThat(users).noneMatch(user -> once.of(user).equals("off"));
  }

  @Test
  void shouldDealAnewInAnotherExperiment() {
    var first = buckets("first");
    var second = buckets("second");
    var moved =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "user-" + i)
            .filter(user -> !first.of(user).equals(second.of(user)))
            .count();

    assertThat(moved / 20_000.0).as("2 · 0.7 · 0.3").isCloseTo(0.42, within(0.02));
  }

  @Test
  void shouldRefuseAnExperimentWithoutUsers() {
    assertThatThrownBy(() -> new Buckets("none", new TreeMap<>(Map.of("a", 0))))
        .hasMessageContaining("share above 0");
  }
}
