package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.ForwardDecay;
import io.shopstream.events.topics.EventKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ObjIntConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairGatheringTest {

  private static final int PARTITIONS = 3;
  private static final long HALF_LIFE_MS = 3_600_000;
  private static final List<PairKind> KINDS =
      List.of(PairKind.VIEWED, PairKind.BOUGHT, PairKind.BOUGHT_AFTER_VIEWING);

  /** What one item and kind gained, added up as of time 0 in the plainest way. */
  private static final class Sum {
    private double own;
    private int support;
    private double repeats;
    private final Map<String, double[]> neighbours = new HashMap<>();
  }

  @Property(tries = 60)
  void shouldAddUpWhatComes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int drains,
      @ForAll @IntRange(min = 1, max = 3_000) int updates) {
    var random = new Random(seed);
    var gathering = new PairGathering(PARTITIONS, HALF_LIFE_MS);
    for (int drain = 0; drain < drains; drain++) {
      var wanted = new HashMap<String, Sum>();
      for (int i = 0; i < updates; i++) {
        gatherOne(random, gathering, wanted);
      }
      var pairs = wanted.values().stream().mapToInt(sum -> sum.neighbours.size()).sum();
      assertThat(gathering.pairs()).isBetween(pairs, updates);
      requireSame(wanted, gathering);
      assertThat(gathering.pairs()).isZero();
    }
  }

  private static void gatherOne(Random random, PairGathering gathering, Map<String, Sum> wanted) {
    var kind = KINDS.get(random.nextInt(KINDS.size()));
    var item = "item-" + random.nextInt(60);
    var neighbour = "item-" + random.nextInt(60);
    var timeMs = (long) random.nextInt(10_000_000);
    var weight = random.nextDouble();
    var support = random.nextInt(3) - 1;
    var asOfZero = ForwardDecay.factor(timeMs, 0, HALF_LIFE_MS);
    var sum = wanted.computeIfAbsent(kind + " " + item, key -> new Sum());
    switch (random.nextInt(4)) {
      case 0 -> {
        gathering.own(kind, item, timeMs, weight, support);
        sum.own += weight * asOfZero;
        sum.support += support;
      }
      case 1 -> {
        gathering.again(kind, item, timeMs, weight, 0);
        sum.repeats += weight * asOfZero;
      }
      default -> {
        gathering.pair(kind, item, neighbour, timeMs, weight, support);
        var pair = sum.neighbours.computeIfAbsent(neighbour, key -> new double[2]);
        pair[0] += weight * asOfZero;
        pair[1] += support;
      }
    }
  }

  private static void drain(PairGathering gathering, ObjIntConsumer<ItemPairs> target) {
    gathering.drain(
        (encoded, partition) ->
            target.accept(AvroBinary.decode(encoded, ItemPairs.class), partition));
  }

  private static void requireSame(Map<String, Sum> wanted, PairGathering gathering) {
    var left = new HashMap<>(wanted);
    drain(
        gathering,
        (record, partition) -> {
          for (var group : record.getGroups()) {
            assertThat(EventKeys.partition(group.getItemId(), PARTITIONS)).isEqualTo(partition);
            var sum = left.remove(group.getKind() + " " + group.getItemId());
            assertThat(sum).as("one group an item and kind").isNotNull();
            requireSame(sum, group);
          }
        });
    assertThat(left).isEmpty();
  }

  private static void requireSame(Sum sum, ItemUpdates group) {
    var asOfZero = ForwardDecay.factor(group.getTimeMs(), 0, HALF_LIFE_MS);
    var tolerance = within(1e-9 * (1 + asOfZero) * 1_000);
    assertThat(group.getOwnWeight() * asOfZero).isCloseTo(sum.own, tolerance);
    assertThat(group.getOwnSupport()).isEqualTo(sum.support);
    assertThat(group.getOwnRepeatWeight() * asOfZero).isCloseTo(sum.repeats, tolerance);
    var gained = new HashMap<String, double[]>();
    for (var update : group.getNeighbours()) {
      var pair = gained.computeIfAbsent(update.getItemId(), key -> new double[2]);
      pair[0] += update.getWeight() * asOfZero;
      pair[1] += update.getSupport();
    }
    assertThat(gained.keySet()).isEqualTo(sum.neighbours.keySet());
    gained.forEach(
        (neighbour, pair) -> {
          assertThat(pair[0]).isCloseTo(sum.neighbours.get(neighbour)[0], tolerance);
          assertThat(pair[1]).isEqualTo(sum.neighbours.get(neighbour)[1]);
        });
  }

  @Test
  void shouldTellWhatCameBeforeItWasTakenBackBeforeThat() {
    var gathering = new PairGathering(1, HALF_LIFE_MS);
    gathering.pair(PairKind.BOUGHT, "a", "b", 0, 1, 1);
    for (int other = 0; other < 20_000; other++) {
      gathering.pair(PairKind.VIEWED, "i" + other % 97, "n" + other, 0, 1, 1);
    }
    gathering.pair(PairKind.BOUGHT, "a", "b", 0, -1, -1);

    var supports = new ArrayList<Integer>();
    drain(
        gathering,
        (record, partition) ->
            record.getGroups().stream()
                .filter(group -> group.getKind() == PairKind.BOUGHT)
                .flatMap(group -> group.getNeighbours().stream())
                .forEach(update -> supports.add(update.getSupport())));
    assertThat(supports).containsExactly(1, -1);
  }

  @Test
  void shouldDivideAnItemOfManyPairsAndCountItselfOnce() {
    var gathering = new PairGathering(1, HALF_LIFE_MS);
    gathering.own(PairKind.VIEWED, "hot", 0, 3, 2);
    gathering.again(PairKind.VIEWED, "hot", 0, 1, 1);
    for (int neighbour = 0; neighbour < 20_000; neighbour++) {
      gathering.pair(PairKind.VIEWED, "hot", "n" + neighbour, 0, 1, 1);
    }

    var groups = new ArrayList<ItemUpdates>();
    drain(
        gathering,
        (record, partition) -> {
          assertThat(record.getGroups()).hasSize(1);
          groups.addAll(record.getGroups());
        });
    assertThat(groups)
        .extracting(group -> group.getNeighbours().size())
        .containsExactly(8_000, 8_000, 4_000);
    assertThat(groups).extracting(ItemUpdates::getOwnSupport).containsExactly(2, 0, 0);
    assertThat(groups).extracting(ItemUpdates::getOwnWeight).containsExactly(3.0, 0.0, 0.0);
    assertThat(groups).extracting(ItemUpdates::getOwnRepeatWeight).containsExactly(1.0, 0.0, 0.0);
    assertThat(groups.get(2).getNeighbours().get(3_999).getItemId()).isEqualTo("n19999");
  }

  @Test
  void shouldMergeABurst() {
    var gathering = new PairGathering(PARTITIONS, HALF_LIFE_MS);
    for (int visit = 0; visit < 500; visit++) {
      gathering.own(PairKind.VIEWED, "pushed", visit, 1, 1);
      gathering.pair(PairKind.VIEWED, "hot", "pushed", visit, 1, 1);
      gathering.pair(PairKind.VIEWED, "pushed", "hot", visit, 1, 1);
    }
    assertThat(gathering.pairs()).isEqualTo(2);
    drain(
        gathering,
        (record, partition) ->
            record
                .getGroups()
                .forEach(
                    group ->
                        assertThat(group.getNeighbours())
                            .extracting(PairUpdate::getSupport)
                            .containsExactly(500)));
  }

  @Test
  void shouldKeepRecordsSmall() {
    var gathering = new PairGathering(1, HALF_LIFE_MS);
    for (int item = 0; item < 200; item++) {
      for (int neighbour = 0; neighbour < 100; neighbour++) {
        gathering.pair(PairKind.VIEWED, "i" + item, "n" + neighbour, 0, 1, 1);
      }
    }
    var records = new ArrayList<ItemPairs>();

    drain(gathering, (record, partition) -> records.add(record));

    assertThat(records).hasSize(3);
    assertThat(records)
        .allSatisfy(
            record ->
                assertThat(
                        record.getGroups().stream()
                            .mapToInt(group -> 1 + group.getNeighbours().size())
                            .sum())
                    .isLessThan(8_200));
  }
}
