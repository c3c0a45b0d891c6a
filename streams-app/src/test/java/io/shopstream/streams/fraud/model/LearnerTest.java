package io.shopstream.streams.fraud.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.streams.fraud.features.Features;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LearnerTest {
  private static final int AMOUNT = Features.index("order.amount");
  private static final int HOUR = Features.index("order.hour");
  private static final int AGE = Features.index("order.age");
  private static final int USERS = Features.index("device.users_1d");

  /** A shop where fraud is dear in the morning or cheap in the evening: no single feature tells. */
  private static final class Shop {
    private final Random random = new Random(42);
    private int orders;
    float[] features = new float[0];
    boolean fraud;

    void next() {
      features = new float[Features.count()];
      Arrays.fill(features, Float.NaN);
      features[AMOUNT] = 100 * random.nextFloat();
      features[HOUR] = random.nextInt(24);
      features[AGE] = random.nextInt(4) == 0 ? Float.NaN : 18 + random.nextInt(60);
      boolean odd = features[AMOUNT] > 50 == features[HOUR] < 12;
      fraud = random.nextDouble() < (odd ? 0.3 : 0.01);
      orders++;
    }

    Example example(FraudModel model) {
      return new Example(
          "order-" + orders, Features.toBytes(features), model.margin(features), fraud);
    }
  }

  private static Learner.Settings small() {
    Learner.Settings d = Learner.Settings.defaults();
    return new Learner.Settings(
        1_000,
        2_000,
        d.firstFitFrauds(),
        0.5,
        500,
        d.calibrationHalfLife(),
        60,
        8,
        0.15,
        d.ridge(),
        d.least(),
        d.rowShare(),
        d.featureShare());
  }

  private static void teach(Learner learner, Shop shop, int orders) {
    for (int i = 0; i < orders; i++) {
      shop.next();
      learner.learn(shop.example(learner.model()));
      while (learner.fitting()) {
        learner.work();
      }
    }
  }

  /** Keeps the examples as bytes, as a store does. */
  private static final class Notes implements Learner.Journal {
    private final Map<Long, byte[]> kept = new TreeMap<>();

    @Override
    public void keep(long sequence, Example example) {
      kept.put(sequence, example.toBytes());
    }

    @Override
    public void drop(long sequence) {
      kept.remove(sequence);
    }

    Learner restored(Learner learner) {
      Map<Long, Example> examples = new LinkedHashMap<>();
      kept.forEach((sequence, bytes) -> examples.put(sequence, Example.fromBytes(bytes)));
      return Learner.restore(
          small(),
          Learner.Journal.NONE,
          learner.head(),
          FraudModel.fromBytes(learner.model().toBytes()),
          examples);
    }
  }

  @Test
  void shouldBeSensibleBeforeTheFirstOutcome() {
    FraudModel model = FraudModel.initial();
    float[] plain = new float[Features.count()];
    Arrays.fill(plain, Float.NaN);
    float[] crowded = plain.clone();
    crowded[USERS] = 6;

    assertThat(model.version()).isZero();
    assertThat(model.probability(model.margin(plain))).isBetween(0.001, 0.03);
    assertThat(model.probability(model.margin(crowded)))
        .isGreaterThan(10 * model.probability(model.margin(plain)));
  }

  @Test
  void shouldLearnWhatNoSingleFeatureTells() {
    Learner learner = new Learner(small());
    Shop shop = new Shop();
    teach(learner, shop, 6_000);
    FraudModel model = learner.model();

    double said = 0;
    double came = 0;
    double saidOdd = 0;
    int odd = 0;
    for (int i = 0; i < 4_000; i++) {
      shop.next();
      double p = model.probability(model.margin(shop.features));
      said += p;
      came += shop.fraud ? 1 : 0;
      if (shop.features[AMOUNT] > 55 && shop.features[HOUR] < 10) {
        saidOdd += p;
        odd++;
      }
    }

    assertThat(model.version()).isGreaterThan(1);
    assertThat(saidOdd / odd).isCloseTo(0.3, within(0.06));
    assertThat(said / came).isCloseTo(1, within(0.1));
  }

  @Test
  void shouldExplainAllOfTheMargin() {
    Learner learner = new Learner(small());
    Shop shop = new Shop();
    teach(learner, shop, 3_000);
    FraudModel model = learner.model();
    shop.next();
    float[] one = shop.features.clone();
    shop.next();
    float[] other = shop.features.clone();

    double explained =
        Arrays.stream(model.contributions(one)).sum()
            - Arrays.stream(model.contributions(other)).sum();

    assertThat(explained).isCloseTo(model.margin(one) - model.margin(other), within(1e-4));
    assertThat(model.contributions(one)[USERS]).isZero();
  }

  @Test
  void shouldBeTheSameForTheSameOutcomes() {
    Learner one = new Learner(small());
    Learner two = new Learner(small());
    teach(one, new Shop(), 3_000);
    teach(two, new Shop(), 3_000);

    assertThat(one.model().toBytes()).isEqualTo(two.model().toBytes());
    assertThat(one.head()).isEqualTo(two.head());
  }

  @Test
  void shouldGoOnFromItsBytesAsIfNothingHadHappened() {
    Notes notes = new Notes();
    Learner straight = new Learner(small(), notes);
    Shop shop = new Shop();
    teach(straight, shop, 2_500);
    Learner restarted = notes.restored(straight);

    for (int i = 0; i < 2_500; i++) {
      shop.next();
      Example example = shop.example(straight.model());
      straight.learn(example);
      restarted.learn(example);
      while (straight.fitting()) {
        straight.work();
        restarted.work();
      }
    }

    assertThat(restarted.model().toBytes()).isEqualTo(straight.model().toBytes());
  }

  @Test
  void shouldReadBackAModel() {
    Learner learner = new Learner(small());
    Shop shop = new Shop();
    teach(learner, shop, 2_000);
    FraudModel model = learner.model();

    FraudModel back = FraudModel.fromBytes(model.toBytes());

    assertThat(back.version()).isEqualTo(model.version());
    for (int i = 0; i < 100; i++) {
      shop.next();
      assertThat(back.margin(shop.features)).isEqualTo(model.margin(shop.features));
      assertThat(back.probability(i - 50)).isEqualTo(model.probability(i - 50));
    }
    byte[] cut = Arrays.copyOf(model.toBytes(), model.toBytes().length - 3);
    assertThatThrownBy(() -> FraudModel.fromBytes(cut))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldBeginAgainAFitThatWasUnderWay() {
    Notes notes = new Notes();
    Learner learner = new Learner(small(), notes);
    Shop shop = new Shop();
    while (!learner.fitting()) {
      shop.next();
      learner.learn(shop.example(learner.model()));
    }
    learner.work();

    Learner restarted = notes.restored(learner);
    assertThat(restarted.fitting()).isFalse();
    shop.next();
    restarted.learn(shop.example(restarted.model()));

    assertThat(restarted.fitting()).isTrue();
  }
}
