package io.shopstream.streams.fraud;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shopstream.events.FraudModelAction;
import io.shopstream.events.FraudModelCommand;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.model.Example;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class FraudLearningTopologyTest extends TopologyTest {

  private static final Learner.Settings SETTINGS =
      new Learner.Settings(400, 2_000, 20, 0.2, 500, 5_000, 20, 8, 0.2, 5, 1, 0.7, 0.5);
  private static final int DEVICE_USERS = Features.index("device.users_1d");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private int orders;
  private FraudModel model = FraudModel.initial();

  private FraudLearningTopology topology() {
    return new FraudLearningTopology(
        serdes, new Tuning(1, 1000), SETTINGS, Duration.ofHours(12), new FraudMetrics(meters));
  }

  private static float[] order(boolean crowded) {
    var features = new float[Features.count()];
    features[DEVICE_USERS] = crowded ? 6 : 1;
    return features;
  }

  /** In this shop a crowded device means nothing and a lone one is the fraud. */
  private void teach(int examples) {
    var random = new Random(orders);
    var topic =
        driver.createInputTopic(
            Topics.FRAUD_EXAMPLES.name(), new StringSerializer(), new ByteArraySerializer());
    for (var i = 0; i < examples; i++) {
      var crowded = random.nextInt(10) > 0;
      var features = order(crowded);
      var example =
          new Example("o" + orders++, Features.toBytes(features), model.margin(features), !crowded);
      topic.pipeInput("o", example.toBytes());
    }
    // One tree each, with more rest than any may take.
    for (var trees = 0; trees < 40; trees++) {
      driver.advanceWallClockTime(Duration.ofMinutes(1));
    }
  }

  private List<FraudModel> models() {
    return driver
        .createOutputTopic(
            Topics.FRAUD_MODEL.name(), new StringDeserializer(), new ByteArrayDeserializer())
        .readValuesToList()
        .stream()
        .map(FraudModel::fromBytes)
        .toList();
  }

  private void command(FraudModelAction action, long version) {
    input(Topics.FRAUD_MODEL_COMMANDS, FraudModelCommand.class)
        .pipeInput("any", new FraudModelCommand(action, version));
  }

  private static double probability(FraudModel model, boolean crowded) {
    return model.probability(model.margin(order(crowded)));
  }

  @Test
  void shouldPublishAModelThatKnowsWhatTheOutcomesSay() {
    start(topology());
    assertThat(probability(FraudModel.initial(), true)).isGreaterThan(0.3);
    for (var i = 0; i < 4; i++) {
      teach(1_200);
      model = last(models());
    }

    assertThat(probability(model, true)).isLessThan(0.05);
    assertThat(probability(model, false)).isGreaterThan(0.8);
    assertThat(meters.get("shopstream.fraud.drift.observed.to.expected.ratio").gauge().value())
        .isFinite();
  }

  @Test
  void shouldGoOnFromItsStoreAfterARestart() {
    start(topology());
    teach(1_200);
    var newest = last(models());

    var store = new LearnerStore((RowStore) driver.getAllStateStores().get("fraud-learner"));
    var restored = store.restore(SETTINGS);

    assertThat(restored.outcomes()).isEqualTo(1_200);
    assertThat(restored.model().toBytes()).isEqualTo(newest.toBytes());
  }

  @Test
  void shouldPutAnEarlierModelBackUntilItIsReleased() {
    start(topology());
    teach(1_200);
    var learnt = last(models());

    command(FraudModelAction.PIN, 0);
    assertThat(models()).singleElement().satisfies(m -> assertThat(m.version()).isZero());
    teach(600);
    assertThat(models()).as("while a model is pinned").isEmpty();
    command(FraudModelAction.PIN, 99_999);
    assertThat(models()).as("a version that is not kept").isEmpty();

    command(FraudModelAction.RELEASE, 0);
    assertThat(models())
        .singleElement()
        .satisfies(m -> assertThat(m.version()).isGreaterThan(learnt.version()));
  }

  @Test
  void shouldForgetAnExample() {
    start(topology());
    teach(100);
    driver
        .createInputTopic(
            Topics.FRAUD_EXAMPLES.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput("o7", Example.forgotten("o7"));

    try (var rows = ((RowStore) driver.getAllStateStores().get("fraud-learner")).all()) {
      assertThat(rows)
          .toIterable()
          .noneSatisfy(row -> assertThat(new String(row.value, ISO_8859_1)).contains("\u0002o7"));
    }
  }

  private static FraudModel last(List<FraudModel> models) {
    return models.get(models.size() - 1);
  }
}
