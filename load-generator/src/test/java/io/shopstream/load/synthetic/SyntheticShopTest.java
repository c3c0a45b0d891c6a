package io.shopstream.load.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SyntheticShopTest {

  private static List<ShopEvent> events(SyntheticShop shop) {
    var events = new ArrayList<ShopEvent>();
    try (var reader = shop.open(0)) {
      reader.forEachRemaining(events::add);
    }
    return events;
  }

  @Test
  void shouldTellTheSameClicksForTheSameNumbers() {
    var clicks = events(SyntheticShop.of(5_000, 7));

    assertThat(clicks).hasSize(5_000).isEqualTo(events(SyntheticShop.of(5_000, 7)));
    assertThat(clicks).isNotEqualTo(events(SyntheticShop.of(5_000, 8)));
    assertThat(clicks).doesNotHaveDuplicates();
    var contents = SyntheticShop.of(5_000, 7).contents();
    assertThat(clicks.get(0).timeMs()).isEqualTo(contents.firstTimeMs());
    assertThat(clicks.get(4_999).timeMs()).isEqualTo(contents.lastTimeMs());
  }

  @Test
  void shouldUpdateAboutSevenNeighboursAClick() {
    var visits = new HashMap<String, List<String>>();
    var newest = new HashMap<String, Long>();
    var updates = 0L;
    var clicks = events(SyntheticShop.of(400_000, 1));
    for (var event : clicks) {
      var click = ((Clicked) event).value();
      var before = newest.put(click.getUserId(), click.getTimeMs());
      if (before != null && click.getTimeMs() - before > 30 * 60_000) {
        visits.remove(click.getUserId());
      }
      var visit = visits.computeIfAbsent(click.getUserId(), user -> new ArrayList<>());
      if (!visit.remove(click.getItemId())) {
        updates += 2L * Math.min(visit.size(), 10);
      }
      visit.add(click.getItemId());
      if (visit.size() > 20) {
        visit.remove(0);
      }
    }

    assertThat((double) updates / clicks.size()).isBetween(7.0, 8.5);
  }

  @Property(tries = 20)
  void shouldDrawInProportionToTheWeights(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0.01, max = 10) Double> weights) {
    var sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    var table = AliasTable.of(weights.stream().mapToDouble(Double::doubleValue).toArray());
    var random = new SplittableRandom(1);
    var draws = 100_000;
    var counts = new int[weights.size()];
    for (var i = 0; i < draws; i++) {
      counts[table.draw(random)]++;
    }

    for (var k = 0; k < counts.length; k++) {
      assertThat((double) counts[k] / draws).isCloseTo(weights.get(k) / sum, within(0.01));
    }
  }
}
