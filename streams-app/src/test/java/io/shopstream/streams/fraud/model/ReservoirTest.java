package io.shopstream.streams.fraud.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReservoirTest {
  private static final byte[] FEATURES = {1, 2, 3};

  private static Reservoir filled(int sound, int frauds) {
    return filled(sound, frauds, new TreeMap<>());
  }

  private static Reservoir filled(int sound, int frauds, Map<Long, Example> kept) {
    Reservoir reservoir =
        new Reservoir(
            100,
            500,
            new Learner.Journal() {
              @Override
              public void keep(long sequence, Example example) {
                kept.put(sequence, example);
              }

              @Override
              public void drop(long sequence) {
                assertThat(kept.remove(sequence)).isNotNull();
              }
            });
    for (int i = 0; i < sound; i++) {
      reservoir.add(i, new Example("sound-" + i, FEATURES, 0.5, false));
    }
    for (int i = 0; i < frauds; i++) {
      reservoir.add(sound + i, new Example("fraud-" + i, FEATURES, 0.5, true));
    }
    return reservoir;
  }

  @Test
  void shouldKeepAllWhileThereIsRoom() {
    Reservoir reservoir = filled(400, 50);

    assertThat(reservoir.examples()).hasSize(450).allMatch(e -> e.weight() == 1);
  }

  @Test
  void shouldStayBoundedAndStandForAllSoundOrders() {
    Reservoir reservoir = filled(100_000, 1_000);

    List<Reservoir.Weighted> examples = reservoir.examples();
    double sound =
        examples.stream()
            .filter(e -> !e.example().fraud())
            .mapToDouble(Reservoir.Weighted::weight)
            .sum();
    assertThat(reservoir.sound()).isBetween(200, 500);
    assertThat(reservoir.frauds()).isEqualTo(100);
    assertThat(examples.get(0).example().orderId()).isEqualTo("fraud-900");
    assertThat(sound).isCloseTo(100_000, within(15_000.0));
  }

  @Test
  void shouldTellTheJournalWhatIsKept() {
    Map<Long, Example> kept = new TreeMap<>();
    Reservoir reservoir = filled(3_000, 120, kept);
    Reservoir back = new Reservoir(100, 500, Learner.Journal.NONE);

    back.restore(reservoir.share(), kept);

    assertThat(back.examples()).isEqualTo(reservoir.examples());
    back.add(9_999, new Example("sound-x", FEATURES, 0, false));
    assertThat(back.sound()).isBetween(reservoir.sound(), reservoir.sound() + 1);
  }
}
