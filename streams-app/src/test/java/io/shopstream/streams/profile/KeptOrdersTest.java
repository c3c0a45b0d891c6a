package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.streams.profile.KeptOrders.Kept;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeptOrdersTest {
  private static final long START = 1_700_000_000_000L;

  @Test
  void shouldCountAnItemForAsLongAsAPieceOfItIsKept() {
    var orders = KeptOrders.NONE.with(order(1, START, Map.of("a", 3)));

    var some = orders.takeBack(Optional.of(1L), START + 9, Map.of("a", 2));
    assertThat(some.takenBack()).isEmpty();
    var rest = some.left().takeBack(Optional.of(1L), START + 9, Map.of("a", 2));
    assertThat(rest.takenBack()).hasSize(1);
    assertThat(rest.takenBack().get(0).isWhole()).isTrue();
    assertThat(rest.left()).isEqualTo(KeptOrders.NONE);
    assertThat(rest.left().takeBack(Optional.of(1L), START + 9, Map.of("a", 1)).takenBack())
        .isEmpty();
  }

  @Test
  void shouldTakeFromTheNewestOrdersBeforeItWhenNoneIsNamed() {
    var orders =
        KeptOrders.NONE
            .with(order(1, START, Map.of("a", 1, "b", 1)))
            .with(order(2, START + 10, Map.of("a", 1)))
            .with(order(3, START + 20, Map.of("b", 1)))
            .with(order(4, START + 99, Map.of("a", 1)));

    var outcome = orders.takeBack(Optional.empty(), START + 50, Map.of("a", 2));

    assertThat(outcome.takenBack())
        .extracting(back -> back.order().idHash())
        .containsExactly(2L, 1L);
    assertThat(outcome.takenBack().get(0).isWhole()).isTrue();
    assertThat(outcome.takenBack().get(1).isWhole()).isFalse();
    assertThat(outcome.left().orders()).extracting(Kept::idHash).containsExactly(1L, 3L, 4L);
  }

  @Test
  void shouldTakeNothingFromOtherOrdersThanTheOneNamed() {
    var orders = KeptOrders.NONE.with(order(1, START, Map.of("a", 1)));
    assertThat(orders.takeBack(Optional.of(2L), START + 1, Map.of("a", 1)).left())
        .isEqualTo(orders);
  }

  @Test
  void shouldForgetTheOldestOrders() {
    var orders = KeptOrders.NONE;
    for (int o = 0; o < 50; o++) {
      orders = orders.with(order(o, START + o, Map.of("a", 1)));
    }
    assertThat(orders.orders()).hasSize(KeptOrders.MAX_ORDERS);
    assertThat(orders.orders().get(0).idHash()).isEqualTo(30);
  }

  @Property(tries = 300)
  void shouldNeverTakeBackMoreThanWasOrderedAndSurviveItsBinaryForm(
      @ForAll @Size(max = 12) List<@Size(max = 5) List<@IntRange(max = 4) Integer>> placed,
      @ForAll @Size(max = 12) List<@Size(max = 5) List<@IntRange(max = 4) Integer>> returned) {
    var orders = KeptOrders.NONE;
    var left = new LinkedHashMap<String, Integer>();
    long time = START;
    for (var items : placed) {
      var pieces = pieces(items);
      if (!pieces.isEmpty()) {
        pieces.forEach((item, count) -> left.merge(item, count, Integer::sum));
        orders = KeptOrders.of(orders.with(order(time, time, pieces)).toBytes());
        time++;
      }
    }
    int counted = orders.orders().stream().mapToInt(order -> order.pieces().size()).sum();
    for (var items : returned) {
      var pieces = pieces(items);
      var outcome = orders.takeBack(Optional.empty(), time, pieces);
      counted -= outcome.takenBack().stream().mapToInt(back -> back.gone().size()).sum();
      orders = KeptOrders.of(outcome.left().toBytes());
      pieces.forEach(
          (item, count) -> left.computeIfPresent(item, (key, old) -> Math.max(0, old - count)));
    }
    var kept = new LinkedHashMap<String, Integer>();
    orders
        .orders()
        .forEach(order -> order.pieces().forEach((item, n) -> kept.merge(item, n, Integer::sum)));
    left.values().removeIf(count -> count == 0);
    assertThat(kept).isEqualTo(left);
    assertThat(orders.orders().stream().mapToInt(order -> order.pieces().size()).sum())
        .isEqualTo(counted);
  }

  private static Map<String, Integer> pieces(List<Integer> items) {
    var pieces = new LinkedHashMap<String, Integer>();
    items.forEach(item -> pieces.merge("é" + item, 1, Integer::sum));
    return pieces;
  }

  private static Kept order(long idHash, long timeMs, Map<String, Integer> pieces) {
    return new Kept(idHash, timeMs, new LinkedHashMap<>(pieces), new ArrayList<>(List.of("seen")));
  }
}
