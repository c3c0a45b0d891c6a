package io.shopstream.streams.cooccurrence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NeighbourRowEditorTest {
  private static final Duration HALF_LIFE = Duration.ofHours(10);
  private static final long START = 1_700_000_000_000L;

  @Test
  void shouldCountWhatCame() {
    var editor = new NeighbourRowEditor(10, HALF_LIFE);
    var row = editor.apply(null, update(START, 1, pair("tea", 1, 1), pair("grün", 0.5, 1)));
    row = editor.apply(row, update(START, 2, pair("tea", 1, 2)));

    var view = NeighbourRow.of(row);
    assertThat(view.size()).isEqualTo(2);
    assertThat(view.support()).isEqualTo(3);
    assertThat(view.weight()).isEqualTo(3);
    assertThat(view.repeatWeight()).isEqualTo(0.75);
    assertThat(view.returnWeight()).isEqualTo(1.5);
    assertThat(view.supportError()).isZero();
    assertThat(view.neighbourId(0)).isEqualTo("tea");
    assertThat(view.neighbourSupport(0)).isEqualTo(3);
    assertThat(view.neighbourWeight(0)).isEqualTo(2);
    assertThat(view.neighbourId(1)).isEqualTo("grün");
    assertThat(view.neighbourHash(1)).isEqualTo(ItemHash.of("grün"));
  }

  @Test
  void shouldKeepWhatIsOftenSeenWhenAnUpdateBringsMoreNewcomersThanFit() {
    var editor = new NeighbourRowEditor(100, HALF_LIFE);
    var gathered = new PairUpdate[100];
    Arrays.setAll(gathered, i -> pair("gathered-" + i, 50 + i, 50 + i));
    var row = editor.apply(null, update(START, 1, gathered));
    for (var round = 0; round < 20; round++) {
      var newcomers = new PairUpdate[500];
      var prefix = "newcomer-" + round + "-";
      Arrays.setAll(newcomers, i -> pair(prefix + i, 1, 1));
      row = editor.apply(row, update(START, 1, newcomers));
    }

    var view = NeighbourRow.of(row);
    var kept = new HashSet<String>();
    for (var k = 0; k < view.size(); k++) {
      kept.add(view.neighbourId(k));
    }
    assertThat(kept).hasSize(100).contains("gathered-25", "gathered-99");
    assertThat(kept.stream().filter(id -> id.startsWith("gathered")).count()).isEqualTo(75);
  }

  /** A weight that no float can hold is as heavy as any: the row stays within its capacity. */
  @Test
  void shouldLetGoOfTheHeaviestToo() {
    var editor = NeighbourRowEditor.paced(10, HALF_LIFE);
    byte[] row = null;
    for (var round = 0; round < 3; round++) {
      var heavy = new PairUpdate[20];
      var prefix = "heavy-" + round + "-";
      Arrays.setAll(heavy, i -> pair(prefix + i, 1e300, 1));
      row = editor.apply(row, update(START, 1, heavy));
      assertThat(NeighbourRow.of(row).size()).isEqualTo(10);
    }
  }

  @Test
  void shouldHalveWeightsInAHalfLifeAndGiveLateUpdatesWhatTheyHadHadInTime() {
    var editor = new NeighbourRowEditor(10, HALF_LIFE);
    long later = START + HALF_LIFE.toMillis();
    var row = editor.apply(null, update(later, 1, pair("tea", 1, 1)));
    row = editor.apply(row, update(START, 1, pair("tea", 1, 1)));

    var view = NeighbourRow.of(row);
    assertThat(view.weightAt(later)).isCloseTo(1.5, within(1e-12));
    assertThat(view.neighbourWeightAt(0, later)).isCloseTo(1.5, within(1e-12));
    assertThat(view.neighbourSupport(0)).isEqualTo(2);
  }

  @Test
  void shouldMoveTheLandmarkBeforeWeightsGrowOutOfBounds() {
    var editor = new NeighbourRowEditor(10, HALF_LIFE);
    byte[] row = null;
    long time = START;
    for (int i = 0; i < 5_000; i++, time += HALF_LIFE.toMillis()) {
      row = editor.apply(row, update(time, 1, pair("tea", 1, 1)));
    }
    var view = NeighbourRow.of(row);
    assertThat(view.weightAt(time - HALF_LIFE.toMillis())).isCloseTo(2, within(1e-9));
    assertThat(view.weight()).isLessThan(1 << 18);
    assertThat(view.support()).isEqualTo(5_000);
  }

  @Test
  void shouldTakeBackAnOrderToTheLastBitAndDropTheNeighbour() {
    var editor = new NeighbourRowEditor(10, HALF_LIFE);
    var row = editor.apply(null, update(START, 1, pair("tea", 1, 1), pair("milk", 1, 1)));
    row = editor.apply(row, update(START + 1_234_567, 1, pair("tea", 1, 1)));
    row = editor.apply(row, update(START, -1, pair("tea", -1, -1), pair("milk", -1, -1)));
    row = editor.apply(row, update(START, -5, pair("cup", -1, -1)));

    var view = NeighbourRow.of(row);
    assertThat(view.support()).isZero();
    assertThat(view.size()).isEqualTo(1);
    assertThat(view.neighbourId(0)).isEqualTo("tea");
    assertThat(view.neighbourSupport(0)).isEqualTo(1);
    assertThat(view.neighbourWeightAt(0, START + 1_234_567)).isCloseTo(1, within(1e-12));
  }

  @Test
  void shouldRefuseWhatIsNotARow() {
    var editor = new NeighbourRowEditor(10, HALF_LIFE);
    var row = editor.apply(null, update(START, 1, pair("tea", 1, 1)));
    row[0] = 9;
    assertThatThrownBy(() -> editor.apply(row, update(START, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 9");
    assertThatThrownBy(() -> NeighbourRow.of(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> editor.apply(null, update(START, 1, pair("x".repeat(65), 1, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65");
  }

  @Test
  void shouldReadAPacedRowOfTheVersionBeforeAndGoOnWithIt() {
    var before =
        HexFormat.of()
            .parseHex(
                "02000300010000002e010000000000000068e5cf8b01000000512502000000009e7bd6dcc5927640"
                    + "dfffebed7d655640dfffebed7d656640dfffebed7d657640114363106263f43fda6cdfcc76f8f03f"
                    + "2c0100000100000002000000000000000100000000000000030007000a003900327465616d696c6b"
                    + "63757080ade62c686993430cf4e62c0091ca5fb6f1e62c0090ca5f0091ca5f0090ca5f");
    var read = NeighbourRow.of(before);
    assertThat(read.support()).isEqualTo(302);
    assertThat(read.supportError()).isEqualTo(1);
    assertThat(IntStream.range(0, 3).mapToObj(read::neighbourId))
        .containsExactly("tea", "milk", "cup");
    assertThat(IntStream.range(0, 3).map(read::neighbourSupport)).containsExactly(300, 1, 2);
    assertThat(IntStream.range(0, 3).map(read::neighbourMissed)).containsExactly(0, 1, 0);

    var after =
        NeighbourRow.of(
            NeighbourRowEditor.paced(3, HALF_LIFE)
                .apply(
                    before,
                    update(START + 302 * 60_000L, 1, pair("milk", 1, 3), pair("tea", 1, 1))));
    // As the version before went on.
    assertThat(after.weight()).isCloseTo(362.59079117770784, within(1e-9));
    assertThat(after.neighbourWeight(0)).isCloseTo(359.76072934532687, within(1e-4));
    assertThat(after.neighbourWeight(1)).isCloseTo(2.6917483102293644, within(1e-6));
    assertThat(after.neighbourWeight(2)).isCloseTo(1.0606601717798214, within(1e-6));
    assertThat(IntStream.range(0, 3).map(after::neighbourSupport)).containsExactly(301, 4, 2);
    assertThat(after.bytes()).isLessThan(before.length);
  }

  @Test
  void shouldMakeColumnsAsWideAsTheirNumbers() {
    var editor = NeighbourRowEditor.paced(10, HALF_LIFE);
    byte[] row = null;
    var supports = new int[] {255, 1, 65_279, 1, Integer.MAX_VALUE};
    var sums = new int[] {255, 256, 65_535, 65_536, Integer.MAX_VALUE};
    for (int i = 0; i < supports.length; i++) {
      var time = START + i * Duration.ofDays(1).toMillis();
      row = editor.apply(row, update(time, 1, pair("tea", 1, supports[i]), pair("cup", 1, 1)));
      var view = NeighbourRow.of(row);
      assertThat(view.neighbourSupport(0)).isEqualTo(sums[i]);
      assertThat(view.neighbourSupport(1)).isEqualTo(i + 1);
      assertThat(view.neighbourId(1)).isEqualTo("cup");
    }
  }

  @Test
  void shouldRefuseAPacedRowThatIsCutOff() {
    var editor = NeighbourRowEditor.paced(10, HALF_LIFE);
    var row = editor.apply(null, update(START, 1, pair("tea", 1, 1), pair("cup", 1, 1)));
    for (int length = 0; length < row.length; length++) {
      var cut = Arrays.copyOf(row, length);
      assertThatThrownBy(() -> NeighbourRow.of(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    var longer = Arrays.copyOf(row, row.length + 1);
    assertThatThrownBy(() -> NeighbourRow.of(longer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void shouldCountTheSameWithAPaceAndWithout(@ForAll("updates") List<ItemUpdates> updates) {
    var paced = NeighbourRowEditor.paced(100, HALF_LIFE);
    var free = new NeighbourRowEditor(100, HALF_LIFE);
    byte[] row = null;
    byte[] wide = null;
    for (var update : updates) {
      row = paced.apply(row, update);
      wide = free.apply(wide, update);
    }
    var view = NeighbourRow.of(row);
    var expected = NeighbourRow.of(wide);
    assertThat(view.size()).isEqualTo(expected.size());
    assertThat(view.support()).isEqualTo(expected.support());
    for (int k = 0; k < view.size(); k++) {
      assertThat(view.neighbourId(k)).isEqualTo(expected.neighbourId(k));
      assertThat(view.neighbourHash(k)).isEqualTo(ItemHash.of(view.neighbourId(k)));
      assertThat(view.neighbourSupport(k)).isEqualTo(expected.neighbourSupport(k));
      assertThat(view.neighbourWeight(k))
          .isBetween(0.0, expected.neighbourWeight(k) * (1 + 1e-5) + 1e-6);
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void shouldEqualAnUnboundedReferenceWhenTheRowNeverFills(
      @ForAll("updates") List<ItemUpdates> updates) {
    var row = applyAll(updates, new NeighbourRowEditor(100, HALF_LIFE));
    var reference = new Reference(updates);

    assertThat(row.supportError()).isZero();
    assertThat(row.size()).isEqualTo(reference.support.size());
    assertThat(row.support()).isEqualTo(reference.ownSupport);
    assertThat(row.weightAt(reference.newest))
        .isCloseTo(reference.ownWeight, within(1e-9 * (1 + reference.ownWeight)));
    for (int k = 0; k < row.size(); k++) {
      var id = row.neighbourId(k);
      assertThat(row.neighbourSupport(k)).isEqualTo(reference.support.get(id));
      assertThat(row.neighbourMissed(k)).isZero();
      assertThat(row.neighbourWeightAt(k, reference.newest))
          .isCloseTo(reference.weight.get(id), within(1e-9 * (1 + reference.weight.get(id))));
    }
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void shouldHoldItsErrorBoundsWhenNeighboursAreEvicted(
      @ForAll("updates") List<ItemUpdates> updates, @ForAll boolean paced) {
    var editor =
        paced ? NeighbourRowEditor.paced(5, HALF_LIFE) : new NeighbourRowEditor(5, HALF_LIFE);
    var row = applyAll(updates, editor);
    var reference = new Reference(updates);

    assertThat(row.size()).isLessThanOrEqualTo(5);
    assertThat(row.support()).isEqualTo(reference.ownSupport);
    var outside = new HashMap<>(reference.support);
    for (int k = 0; k < row.size(); k++) {
      int support = outside.remove(row.neighbourId(k));
      assertThat(row.neighbourSupport(k)).isLessThanOrEqualTo(support);
      assertThat(row.neighbourSupport(k) + row.neighbourMissed(k)).isGreaterThanOrEqualTo(support);
      assertThat(row.neighbourWeightAt(k, reference.newest))
          .isLessThanOrEqualTo(
              reference.weight.get(row.neighbourId(k)) * (1 + (paced ? 1e-5 : 1e-9)));
      assertThat(row.neighbourHash(k)).isEqualTo(ItemHash.of(row.neighbourId(k)));
    }
    assertThat(outside.values()).allMatch(support -> support <= row.supportError());
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void shouldLetSeveralGoAsIfTheyWentOneByOne(
      @ForAll @IntRange(max = 40) int newcomers,
      @ForAll @IntRange(max = 20) int seenAgain,
      @ForAll Random random) {
    var capacity = 20;
    // No two of them, and no two sums of two, are the same.
    var weights =
        IntStream.rangeClosed(1, capacity + seenAgain + newcomers)
            .mapToObj(i -> i + 1 / (i + 0.5))
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(weights, random);
    var gathered = new PairUpdate[capacity];
    Arrays.setAll(gathered, i -> pair("item-" + i, weights.get(i), 1));
    // The first ones are seen again, and behind the last one begin the newcomers.
    var gained = new PairUpdate[seenAgain + newcomers];
    Arrays.setAll(
        gained,
        i ->
            pair(
                "item-" + (i < seenAgain ? i : capacity + i - seenAgain),
                weights.get(capacity + i),
                1));
    var editor = new NeighbourRowEditor(capacity, HALF_LIFE);
    var row =
        NeighbourRow.of(
            editor.apply(editor.apply(null, update(START, 1, gathered)), update(START, 1, gained)));

    var expected = new HashMap<String, Double>();
    for (var pair : gathered) {
      expected.put(pair.getItemId(), pair.getWeight());
    }
    var fresh = new HashSet<String>();
    for (var pair : gained) {
      expected.merge(pair.getItemId(), pair.getWeight(), Double::sum);
      fresh.add(pair.getItemId());
    }
    while (expected.size() > capacity) {
      var ofNewcomers = fresh.size() > capacity / 4 || fresh.size() == expected.size();
      var goes =
          expected.keySet().stream()
              .filter(id -> fresh.contains(id) == ofNewcomers)
              .min(Comparator.comparing(expected::get))
              .orElseThrow();
      expected.remove(goes);
      fresh.remove(goes);
    }
    var kept = new HashMap<String, Double>();
    for (var k = 0; k < row.size(); k++) {
      kept.put(row.neighbourId(k), row.neighbourWeightAt(k, START));
    }
    assertThat(kept).isEqualTo(expected);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void shouldNeverWriteToARowThatOthersMayRead(@ForAll("updates") List<ItemUpdates> updates) {
    var editor = new NeighbourRowEditor(5, HALF_LIFE);
    byte[] row = null;
    for (var update : updates) {
      byte[] before = row == null ? null : row.clone();
      byte[] after = editor.apply(row, update);
      assertThat(row).isEqualTo(before);
      assertThat(after).isNotSameAs(row);
      row = after;
    }
  }

  @Provide
  Arbitrary<List<ItemUpdates>> updates() {
    var neighbour =
        Combinators.combine(
                Arbitraries.integers().between(0, 30),
                Arbitraries.doubles().between(0.01, 3),
                Arbitraries.integers().between(1, 3))
            .as((id, weight, support) -> pair("item" + "-".repeat(id) + id, weight, support));
    return Combinators.combine(
            Arbitraries.longs().between(0, Duration.ofDays(30).toMillis()),
            Arbitraries.integers().between(0, 3),
            neighbour.array(PairUpdate[].class).ofMaxSize(8))
        .as((age, own, neighbours) -> update(START + age, own, neighbours))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  private static NeighbourRow applyAll(List<ItemUpdates> updates, NeighbourRowEditor editor) {
    byte[] row = null;
    for (var update : updates) {
      row = editor.apply(row, update);
    }
    return NeighbourRow.of(row);
  }

  private static ItemUpdates update(long timeMs, int own, PairUpdate... neighbours) {
    return new ItemUpdates(
        "pot",
        PairKind.VIEWED,
        timeMs,
        (double) own,
        own,
        Arrays.asList(neighbours),
        0.25 * own,
        0.5 * own);
  }

  private static PairUpdate pair(String itemId, double weight, int support) {
    return new PairUpdate(itemId, weight, support);
  }

  /** The same sums without bounds, landmark or bytes. */
  private static final class Reference {
    private final Map<String, Integer> support = new HashMap<>();
    private final Map<String, Double> weight = new HashMap<>();
    private final long newest;
    private long ownSupport;
    private double ownWeight;

    Reference(List<ItemUpdates> updates) {
      newest = updates.stream().mapToLong(ItemUpdates::getTimeMs).max().orElseThrow();
      for (var update : updates) {
        double halfLives = (newest - update.getTimeMs()) / (double) HALF_LIFE.toMillis();
        double decay = Math.exp(-halfLives * Math.log(2));
        ownSupport += update.getOwnSupport();
        ownWeight += decay * update.getOwnWeight();
        for (var neighbour : update.getNeighbours()) {
          support.merge(neighbour.getItemId(), neighbour.getSupport(), Integer::sum);
          weight.merge(neighbour.getItemId(), decay * neighbour.getWeight(), Double::sum);
        }
      }
    }
  }
}
