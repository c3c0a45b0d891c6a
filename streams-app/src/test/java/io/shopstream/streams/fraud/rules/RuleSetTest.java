package io.shopstream.streams.fraud.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSetTest {
  private static final OrderFacts ORDER =
      new OrderFacts.Builder("o", 1, 60_000)
          .id(EntityType.USER, "u-1")
          .id(EntityType.DEVICE, "farm-1")
          .attribute(Attribute.SHIPPING_COUNTRY, "DE")
          .build();

  private static RuleSet parse(String text) {
    return RuleSet.parse(
        "rules.txt",
        text,
        name -> {
          throw new FileNotFoundException(name);
        });
  }

  private static boolean holds(String condition) {
    float[] features = new float[Features.count()];
    Arrays.fill(features, Float.NaN);
    features[Features.index("order.amount")] = 600;
    features[Features.index("device.users_1d")] = 5;
    features[Features.index("order.seconds_since_signup")] = 90;
    features[Features.index("seller.fraud_rate_30d")] = 0.25f;
    features[Features.index("user.amount_zscore")] = -2;
    RuleSet rules =
        parse("version 1\nlist bad = \"farm-1\", farm-2\nrule r: review when " + condition + "\n");
    return !rules.firing(new Subject(ORDER, features, 0.9)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "order.amount > 500 | true",
        "order.amount >= 600 | true",
        "order.amount < 600 | false",
        "order.amount != 600 | false",
        "device.users_1d = 5 and order.amount > 1000 | false",
        "device.users_1d = 5 or order.amount > 1000 | true",
        "order.amount > 1000 or device.users_1d >= 5 and order.amount <= 600 | true",
        "(order.amount > 1000 or device.users_1d >= 5) and order.amount < 600 | false",
        "not order.amount > 1000 | true",
        "order.seconds_since_signup < 2 min | true",
        "order.seconds_since_signup < 60 s | false",
        "seller.fraud_rate_30d >= 25 % | true",
        "user.amount_zscore < -1.5 | true",
        "order.age < 18 | false",
        "not order.age < 18 | true",
        "order.age is unknown | true",
        "order.amount is not unknown | true",
        "device in bad | true",
        "user in bad | false",
        "user not in bad | true",
        "shipping_country in [de, fr] | true",
        "score > 0.8 | true",
        "score > 95 % | false"
      })
  void shouldSayWhatHolds(String condition, boolean expected) {
    assertThat(holds(condition)).isEqualTo(expected);
  }

  @Test
  void shouldReadAFileAndTheListsBesideIt(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("trusted.txt"), "# staff\nu-1\n\nu-2\n");
    Path file = directory.resolve("fraud.rules");
    Files.writeString(
        file,
        """
        # house rules
        version 7
        list trusted from "trusted.txt"

        rule trusted: approve when user in trusted
            and order.amount <= 500          # a condition may go on
        shadow rule crowd: decline when device.users_1d >= 5 because "many users on one device"
        """);

    RuleSet rules = RuleSet.read(file);

    assertThat(rules.version()).isEqualTo(7);
    assertThat(rules.rules()).extracting(Rule::name).containsExactly("trusted", "crowd");
    assertThat(rules.rules())
        .extracting(Rule::action)
        .containsExactly(Action.APPROVE, Action.DECLINE);
    assertThat(rules.rules()).extracting(Rule::shadow).containsExactly(false, true);
    assertThat(rules.rules().get(1).because()).isEqualTo("many users on one device");
    float[] features = new float[Features.count()];
    assertThat(rules.firing(new Subject(ORDER, features, 0)))
        .extracting(Rule::name)
        .isEqualTo(List.of("trusted"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rule a: review when x|rules.txt:1:1: a rule file starts with its version",
        "version 1;rule a: revue when order.amount > 1|rules.txt:2:9: a rule does approve, review or decline; found «revue»",
        "version 1;rule a: review when device.user_1d > 1|did you mean «device.users_1d»?",
        "version 1;rule a: review when device.users_1d > many|rules.txt:2:39: expected a number, found «many»",
        "version 1;rule a: review when device.users_1d 5|rules.txt:2:37: expected one of < <= = != >= >",
        "version 1;rule a: review when user in nobody|rules.txt:2:29: no list «nobody»",
        "version 1;list a = x;list a = y|rules.txt:3:6: a second list of the name «a»",
        "version 1;rule a: review when score > 1;rule a: review when score > 1|rules.txt:3:6: a second rule",
        "version 1;rule a: review when (score > 1|expected «)» to close the bracket, found the end of the file",
        "version 1;rule a: review when score > 1 also|rules.txt:2:31: expected «and», «or», «because» or the next line",
        "version 1;rule a: review when order.source > 1|write source in",
        "version 1;list a from `\"gone.txt\"`|gone.txt",
        "version 1;rule a: review when score ~ 1|rules.txt:2:27: unexpected «~»",
        "version 1;rule a: review when amount in [1]|«amount» is nothing a list can hold"
      })
  void shouldSayWhereAFileIsWrong(String text, String problem) {
    assertThatThrownBy(() -> parse(text.replace(';', '\n').replace("`", "")))
        .isInstanceOf(RuleSyntaxException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void shouldRefuseConditionsNestedBeyondReason() {
    String nested = "(".repeat(100_000);

    assertThatThrownBy(() -> parse("version 1\nrule a: review when " + nested))
        .hasMessageContaining("nested");
  }
}
