package io.shopstream.bench.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityTest {
  @Test
  void shouldMeasureAsSessionRecDoes() {
    var quality = new Quality(Map.of("a", 4, "b", 2, "c", 1, "d", 1));
    quality.add(List.of("x", "b", "a"), List.of("a", "b", "a", "q"));
    quality.add(List.of("b"), List.of("c"));

    assertThat(quality.hitRate()).isEqualTo(0.5);
    assertThat(quality.hitRate(2)).isZero();
    assertThat(quality.reciprocalRank()).isCloseTo(1.0 / 3 / 2, within(1e-12));
    assertThat(quality.precision()).isCloseTo(2.0 / 20 / 2, within(1e-12));
    assertThat(quality.recall()).isCloseTo(2.0 / 3 / 2, within(1e-12));
    assertThat(quality.averagePrecision()).isCloseTo((1.0 / 20 + 2.0 / 20) / 3 / 2, within(1e-12));
    assertThat(quality.coverage()).isEqualTo(3.0 / 4);
    assertThat(quality.popularity()).isCloseTo((0 + 0.5 + 1 + 0.5) / 4, within(1e-12));
  }

  @Test
  void shouldCountPairsAsAssociationRulesDo() {
    var counts =
        new LastItemCounts(
            List.of(
                new Session("1", List.of("a", "b", "a", "c"), new long[0]),
                new Session("2", List.of("c", "a"), new long[0])));
    // a with b: two occurrences of a, one of b; a with c: two in the first session, one in the
    // second.
    assertThat(counts.recommend(List.of("x", "a"))).containsExactly("c", "b");
    assertThat(counts.recommend(List.of("b"))).containsExactly("a", "c");
    assertThat(counts.recommend(List.of("unknown"))).isEmpty();
  }
}
