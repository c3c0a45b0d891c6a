package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.PairKind;
import io.shopstream.events.VisitItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class VisitPairsTest {
  private static final long START = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;

  private final VisitPairs pairs = new VisitPairs();

  @Test
  void shouldCountEachPairOnceInBothDirectionsAndLessWithDistance() {
    var gained = new Gained();
    var visit = Visit.NONE;
    visit = pairs.touched(visit, "a", START, gained);
    visit = pairs.touched(visit, "b", START + 1, gained);
    visit = pairs.touched(visit, "c", START + 2, gained);
    visit = pairs.touched(visit, "a", START + 3, gained);

    assertThat(gained.support)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a", 1, "b", 1, "c", 1, "a>b", 1, "b>a", 1, "a>c", 1, "c>a", 1, "b>c", 1, "c>b",
                1));
    assertThat(gained.weight.get("a>b")).isEqualTo(1);
    assertThat(gained.weight.get("b>a")).isEqualTo(0.5);
    assertThat(gained.weight.get("a>c")).isCloseTo(Math.pow(2, -0.7), within(1e-12));
    assertThat(gained.weight.get("c>a")).isCloseTo(Math.pow(2, -0.7) / 2, within(1e-12));
    assertThat(visit.items())
        .containsExactly(
            new VisitItem("b", START + 1, false, 1, 0),
            new VisitItem("c", START + 2, false, 1, 0),
            new VisitItem("a", START + 3, false, 2, 0));
    assertThat(visit.firstTouches()).isEqualTo(3);
    assertThat(visit.startMs()).isEqualTo(START);
    assertThat(visit.newestMs()).isEqualTo(START + 3);
  }

  @Test
  void shouldBeginAnewAfterHalfAnHour() {
    var gained = new Gained();
    var visit = pairs.touched(Visit.NONE, "a", START, gained);
    visit = pairs.touched(visit, "b", START + 30 * MINUTE, gained);
    visit = pairs.touched(visit, "c", START + 60 * MINUTE + 1, gained);

    assertThat(gained.support).containsOnlyKeys("a", "b", "c", "a>b", "b>a");
    assertThat(visit.items())
        .containsExactly(new VisitItem("c", START + 60 * MINUTE + 1, false, 1, 0));
  }

  @Test
  void shouldLetAnEventFromBeforeTheVisitCountForTheItemAlone() {
    var gained = new Gained();
    var visit = pairs.touched(Visit.NONE, "a", START, gained);
    visit = pairs.touched(visit, "b", START - 30 * MINUTE - 1, gained);
    visit = pairs.touched(visit, "b", START - 30 * MINUTE - 1, gained);
    assertThat(visit.size()).isEqualTo(1);
    assertThat(gained.support).containsOnlyKeys("a", "b").containsEntry("b", 1);

    visit = pairs.touched(visit, "c", START - 30 * MINUTE, gained);
    assertThat(gained.support).containsKeys("a>c", "c>a");
    assertThat(visit.newestMs()).isEqualTo(START);
    assertThat(visit.items().get(1))
        .isEqualTo(new VisitItem("c", START - 30 * MINUTE, false, 1, 0));
  }

  @Test
  void shouldRememberTwentyItemsAndPairTen() {
    var gained = new Gained();
    var visit = Visit.NONE;
    for (int i = 0; i < 300; i++) {
      visit = pairs.touched(visit, "item-" + i, START + 1_000L * i, gained);
    }
    assertThat(visit.size()).isEqualTo(20);
    assertThat(visit.items().get(0).getItemId()).isEqualTo("item-280");
    assertThat(visit.firstTouches()).isEqualTo(300);
    assertThat(gained.support)
        .containsKey("item-289>item-299")
        .doesNotContainKey("item-288>item-299");
  }

  @Test
  void shouldCountAPairOfOneVisitorOnceADayHoweverOftenTheyComeBack() {
    var gained = new Gained();
    var visit = Visit.NONE;
    for (int hour = 0; hour < 24; hour++) {
      visit = pairs.touched(visit, "a", START + 60 * MINUTE * hour, gained);
      visit = pairs.touched(visit, "b", START + 60 * MINUTE * hour + 1, gained);
      visit = Visit.of(visit.toBytes());
    }
    assertThat(gained.support.values()).containsOnly(1);

    visit = pairs.touched(visit, "b", START + 60 * MINUTE * 25, gained);
    visit = pairs.touched(visit, "a", START + 60 * MINUTE * 25 + 1, gained);
    assertThat(gained.support.values()).containsOnly(2);
    assertThat(visit.size()).isEqualTo(2);
  }

  @Test
  void shouldNotCountAnItemAgainThatTheVisitHasForgotten() {
    var gained = new Gained();
    var visit = Visit.NONE;
    for (int i = 0; i < 150; i++) {
      visit = pairs.touched(visit, "item-" + i % 50, START + 5_000L * i, gained);
    }
    assertThat(gained.support).hasSizeGreaterThan(50);
    assertThat(gained.support.values()).containsOnly(1);
  }

  @Test
  void shouldStopCountingAVisitThatIsFasterOrLongerThanAnyHuman() {
    var fast = new Gained();
    var visit = Visit.NONE;
    for (int i = 0; i < 1_000; i++) {
      visit = pairs.touched(visit, "item-" + i, START + 20L * i, fast);
    }
    assertThat(fast.support.keySet().stream().filter(key -> !key.contains(">"))).hasSize(11);

    var enduring = new Gained();
    visit = Visit.NONE;
    for (int i = 0; i < 1_000; i++) {
      visit = pairs.touched(visit, "item-" + i, START + 2_000L * i, enduring);
    }
    assertThat(enduring.support.keySet().stream().filter(key -> !key.contains(">"))).hasSize(300);

    var fond = new Gained();
    visit = Visit.NONE;
    for (int i = 0; i < 100; i++) {
      visit = pairs.touched(visit, i % 2 == 0 ? "a" : "b", START + 36_000L * i, fond);
    }
    assertThat(fond.support.values()).containsOnly(1);
    assertThat(fond.again).hasSize(16);
  }

  @Property(tries = 200)
  void shouldReadWhatAnEarlierVersionWrote(
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> touched) {
    var visit = Visit.NONE;
    for (int i = 0; i < touched.size(); i++) {
      visit = pairs.touched(visit, "item-" + touched.get(i), START + i, new Gained());
    }
    var now = visit.toBytes();
    var before = new byte[now.length - 11];
    System.arraycopy(now, 0, before, 0, 22);
    System.arraycopy(now, 33, before, 22, now.length - 33);
    before[0] = 1;
    assertThat(Visit.of(before).items()).isEqualTo(visit.items());
  }

  @Test
  void shouldKeepTheBasketFlagThroughTouches() {
    var gained = new Gained();
    var visit = pairs.touched(Visit.NONE, "a", START, gained).withBasket("a", true);
    visit = pairs.touched(visit, "b", START + 1, gained).withBasket("unknown", true);
    visit = pairs.touched(visit, "a", START + 2, gained);
    assertThat(visit.items())
        .containsExactly(
            new VisitItem("b", START + 1, false, 1, 0), new VisitItem("a", START + 2, true, 2, 0));
    assertThat(visit.withBasket("a", false).items().get(1).getInBasket()).isFalse();
    assertThat(visit.items().get(1).getInBasket()).isTrue();
  }

  @Test
  void shouldTellRepeatsFromReturnsAndLetTheBasketBeNoRepeat() {
    var gained = new Gained();
    var visit = pairs.touched(Visit.NONE, "a", START, gained);
    visit = pairs.touched(visit, "a", START + 1, gained);
    visit = pairs.putIntoBasket(visit, "a", START + 2, gained);
    visit = pairs.putIntoBasket(visit, "b", START + 3, gained);
    visit = pairs.touched(visit, "a", START + 4, gained);
    assertThat(gained.again).containsExactly("a 1.0 0.0", "a 0.0 1.0");
    assertThat(gained.support.get("a")).isEqualTo(1);
    assertThat(visit.items())
        .containsExactly(
            new VisitItem("b", START + 3, true, 1, 0), new VisitItem("a", START + 4, true, 3, 1));
  }

  @Test
  void shouldRefuseIdsThatAreTooLongAndBytesThatAreNoVisit() {
    assertThatThrownBy(() -> pairs.touched(Visit.NONE, "é".repeat(33), START, new Gained()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("66");
    assertThatThrownBy(() -> Visit.of(new byte[40])).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void shouldRememberLikeAPlainList(
      @ForAll @Size(max = 80) List<@IntRange(max = 30) Integer> sequence,
      @ForAll @IntRange(min = 1, max = 1_700_000) int stepMs) {
    var visit = Visit.NONE;
    var expected = new LinkedHashMap<String, Long>();
    var touches = new HashMap<String, Integer>();
    var repeats = new HashMap<String, Integer>();
    var newest = "";
    long time = START;
    for (int touch : sequence) {
      time += stepMs;
      var id = "é".repeat(touch % 4) + touch;
      visit = Visit.of(pairs.touched(visit, id, time, new Gained()).toBytes().clone());
      if (!expected.containsKey(id)) {
        touches.put(id, 0);
        repeats.put(id, 0);
      }
      touches.merge(id, 1, Integer::sum);
      if (id.equals(newest)) {
        repeats.merge(id, 1, Integer::sum);
      }
      newest = id;
      expected.remove(id);
      expected.put(id, time);
      if (expected.size() > 20) {
        expected.remove(expected.keySet().iterator().next());
      }
    }
    var items = new ArrayList<VisitItem>();
    expected.forEach(
        (id, at) ->
            items.add(new VisitItem(id, at, false, touches.get(id), repeats.getOrDefault(id, 0))));
    assertThat(visit.items()).isEqualTo(items);
  }

  @Test
  void shouldCountAnOrderAndTakeItBackPieceByPiece() {
    var gained = new Gained();
    pairs.ordered(List.of("a", "b", "a", "c"), START, gained);
    assertThat(gained.support)
        .containsOnlyKeys("a", "b", "c", "a>b", "b>a", "a>c", "c>a", "b>c", "c>b");
    assertThat(gained.support.values()).containsOnly(1);

    pairs.returned(List.of("a", "b", "c"), Set.of("b", "x"), START, gained);
    pairs.returned(List.of("a", "c"), Set.of("c", "b"), START, gained);
    assertThat(gained.support.remove("a")).isEqualTo(1);
    assertThat(gained.support.values()).containsOnly(0);
  }

  @Test
  void shouldCountTheFirstThirtyItemsOfAnOrder() {
    var items = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      items.add("item-" + i);
      items.add("item-" + i);
    }
    var gained = new Gained();
    pairs.ordered(items, START, gained);
    assertThat(gained.support).containsKey("item-29").doesNotContainKey("item-30");
    assertThat(gained.support).hasSize(30 + 30 * 29);
  }

  /** Adds up what is gained; pairs as «item>neighbour». */
  private static final class Gained implements PairSink {
    private final Map<String, Integer> support = new HashMap<>();
    private final Map<String, Double> weight = new HashMap<>();
    private final List<String> again = new ArrayList<>();

    @Override
    public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
      add(itemId, weight, support);
    }

    @Override
    public void pair(
        PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
      add(itemId + ">" + neighbourId, weight, support);
    }

    @Override
    public void again(
        PairKind kind, String itemId, long timeMs, double repeatWeight, double returnWeight) {
      again.add(itemId + " " + repeatWeight + " " + returnWeight);
    }

    private void add(String key, double weight, int support) {
      this.support.merge(key, support, Integer::sum);
      this.weight.merge(key, weight, Double::sum);
    }
  }
}
