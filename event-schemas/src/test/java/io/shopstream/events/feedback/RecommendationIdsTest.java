package io.shopstream.events.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.feedback.RecommendationIds.Place;
import io.shopstream.events.feedback.RecommendationIds.Recommendation;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommendationIdsTest {

  private static final Recommendation MADE =
      new Recommendation(Place.USER, "control-1234", "standard-123", 9_999_999_999_999L, -1);

  private final RecommendationIds ids = new RecommendationIds("secret");

  @Test
  void shouldSayWhatItWasMadeOfInAtMost64Bytes() {
    var id = ids.issue(MADE, "ann");

    assertThat(id.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(64);
    assertThat(ids.verify(id, "visitor", "ann")).contains(MADE);
    assertThat(ids.verify(ids.issue(MADE, RecommendationIds.NOBODY), "anybody")).contains(MADE);
  }

  @Test
  void shouldTellAForgery() {
    var id = ids.issue(MADE, "ann");

    assertThat(RecommendationIds.hasForm(id)).as("whoever it is for").isTrue();
    assertThat(ids.verify(id, "bob")).isEmpty();
    assertThat(ids.verify(id, null, "bob")).isEmpty();
    assertThat(new RecommendationIds("other").verify(id, "ann")).isEmpty();
    assertThat(ids.verify(id.replace("control", "contro1"), "ann")).isEmpty();
    assertThat(ids.verify(id.substring(0, id.length() - 1), "ann")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "1u.a.b.c.d.e", ".....", "1u.a.b.c.d.e.f", "2u.a.b.1.x.y"})
  void shouldTellGarbage(String garbage) {
    assertThat(ids.verify(garbage, "ann")).isEmpty();
    assertThat(RecommendationIds.hasForm(garbage)).isFalse();
  }

  @Test
  void shouldRefuseNamesThatDoNotFit() {
    assertThatThrownBy(
            () ->
                ids.issue(new Recommendation(Place.ITEM, "much-too-long", "standard", 0, 0), "ann"))
        .hasMessageContaining("1 to 12");
  }
}
