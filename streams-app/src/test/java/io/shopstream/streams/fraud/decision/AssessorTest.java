package io.shopstream.streams.fraud.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.rules.RuleSet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssessorTest {
  private static final FraudModel MODEL = FraudModel.initial();

  private static RuleSet rules(String... lines) {
    return RuleSet.parse("rules", "version 3\n" + String.join("\n", lines), name -> List.of());
  }

  private static OrderFacts order(String id) {
    return new OrderFacts.Builder(id, 1, 100).id(EntityType.USER, "u-1").build();
  }

  private static float[] features(float usersOfDevice, float secondsSinceSignup) {
    float[] features = new float[Features.count()];
    Arrays.fill(features, Float.NaN);
    features[Features.index("device.users_1d")] = usersOfDevice;
    features[Features.index("order.seconds_since_signup")] = secondsSinceSignup;
    return features;
  }

  private static Assessment assess(float[] features, RuleSet rules) {
    return new Assessor(new Policy(0.2, 0.8, 0), 5).assess(order("o"), features, MODEL, rules);
  }

  @Test
  void shouldDecideByTheScoreWhenNoRuleFires() {
    assertThat(assess(features(1, 1e6f), RuleSet.NONE).decision()).isEqualTo(Decision.APPROVE);
    assertThat(assess(features(1, 5), RuleSet.NONE).decision()).isEqualTo(Decision.REVIEW);
    assertThat(assess(features(9, 5), RuleSet.NONE).decision()).isEqualTo(Decision.DECLINE);
  }

  @Test
  void shouldGiveTheReasonsInWordsWithTheirShares() {
    Assessment assessment = assess(features(9, 5), RuleSet.NONE);

    assertThat(assessment.reasons())
        .extracting(Reason::text)
        .containsExactly(
            "the device was seen with 9 different users within 24 hours",
            "the account was opened 5 s before the order");
    assertThat(assessment.reasons().stream().mapToDouble(Reason::share).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(assessment.reasons().get(0).share()).isCloseTo(4 / 7.5, within(1e-9));
  }

  @Test
  void shouldLetABlockBeatTrustAndTrustBeatTheScore() {
    String trusted = "rule trusted: approve when user in [\"u-1\"]";
    String blocked = "rule blocked: decline when device.users_1d > 8";
    String look = "rule look: review when device.users_1d >= 1";

    assertThat(assess(features(9, 5), rules(trusted)).decision()).isEqualTo(Decision.APPROVE);
    assertThat(assess(features(9, 5), rules(trusted, blocked)).decision())
        .isEqualTo(Decision.DECLINE);
    assertThat(assess(features(1, 1e6f), rules(look)).decision()).isEqualTo(Decision.REVIEW);
    assertThat(assess(features(9, 5), rules(look)).decision()).isEqualTo(Decision.DECLINE);
    assertThat(assess(features(1, 1e6f), rules(look, trusted)).decision())
        .isEqualTo(Decision.APPROVE);
  }

  @Test
  void shouldNameTheRuleAmongTheReasons() {
    Assessment assessment =
        assess(
            features(1, 1e6f),
            rules("rule blocked: decline when user in [\"u-1\"] because \"the user is blocked\""));

    assertThat(assessment.reasons().get(0).name()).isEqualTo("blocked");
    assertThat(assessment.reasons().get(0).text()).isEqualTo("the user is blocked");
    assertThat(assessment.reasons().get(0).share()).isCloseTo(1, within(1e-9));
    assertThat(assessment.rulesVersion()).isEqualTo(3);
  }

  @Test
  void shouldOnlyReportWhatAShadowRuleWouldHaveDone() {
    Assessment assessment =
        assess(features(1, 1e6f), rules("shadow rule all: decline when score >= 0"));

    assertThat(assessment.decision()).isEqualTo(Decision.APPROVE);
    assertThat(assessment.shadow()).containsExactly("all");
    assertThat(assessment.reasons()).extracting(Reason::name).doesNotContain("all");
  }

  @Test
  void shouldLetTheConfiguredShareOfDeclinedOrdersThroughAndMarkThem() {
    Assessor assessor = new Assessor(new Policy(0.2, 0.8, 0.1), 5);
    int explored = 0;
    for (int i = 0; i < 2_000; i++) {
      OrderFacts order = order("order-" + i);
      Assessment assessment = assessor.assess(order, features(9, 5), MODEL, RuleSet.NONE);
      assertThat(assessment.decision())
          .isEqualTo(assessment.explored() ? Decision.APPROVE : Decision.DECLINE);
      assertThat(assessor.assess(order, features(9, 5), MODEL, RuleSet.NONE)).isEqualTo(assessment);
      explored += assessment.explored() ? 1 : 0;
      RuleSet blocked = rules("rule blocked: decline when user in [\"u-1\"]");
      assertThat(assessor.assess(order, features(9, 5), MODEL, blocked).explored()).isFalse();
    }

    assertThat(explored).isBetween(140, 260);
  }

  @Test
  void shouldRefuseThresholdsInTheWrongOrder() {
    assertThatThrownBy(() -> new Policy(0.9, 0.8, 0)).hasMessageContaining("review");
  }
}
