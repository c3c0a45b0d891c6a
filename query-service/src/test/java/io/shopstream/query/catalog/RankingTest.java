package io.shopstream.query.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.state.ItemHash;
import io.shopstream.query.catalog.Ranking.Known;
import io.shopstream.query.catalog.Ranking.Ranked;
import io.shopstream.query.recommend.chain.Candidate;
import io.shopstream.query.recommend.chain.Situation;
import io.shopstream.query.recommend.chain.Situation.Dimension;
import io.shopstream.query.recommend.chain.Situation.Taste;
import io.shopstream.query.recommend.chain.TasteSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static Known item(String id, String category, double weight, double recent) {
    return new Known(
        id,
        ItemHash.of(id),
        category == null ? List.of() : List.of(category),
        null,
        weight,
        recent,
        0);
  }

  private static List<String> ids(List<Ranked> ranked) {
    return ranked.stream().map(Ranked::itemId).toList();
  }

  @Test
  void shouldCallRisingWhatIsSeenMoreThanItsPastLetsExpectNotWhatIsSeenMost() {
    var ranking =
        Ranking.of(
            List.of(
                item("evergreen", "cups", 10_000, 50),
                item("newcomer", "cups", 12, 12),
                item("comeback", "bags", 400, 20),
                item("chance", "bags", 2, 2),
                item("fading", "bags", 3_000, 1)));

    assertThat(ids(ranking.rising())).containsExactly("newcomer", "comeback");
    assertThat(ids(ranking.risingIn("bags"))).containsExactly("comeback");
    assertThat(ids(ranking.popular()))
        .containsExactly("evergreen", "fading", "comeback", "newcomer", "chance");
    assertThat(ids(ranking.popularIn("cups"))).containsExactly("evergreen", "newcomer");
  }

  @Test
  void shouldCallNothingRisingWhenTheShopIsQuietOrBusyAsAWhole() {
    assertThat(Ranking.of(List.of(item("a", null, 50, 0.2), item("b", null, 9, 0.1))).rising())
        .isEmpty();
    assertThat(Ranking.of(List.of(item("a", null, 500, 100), item("b", null, 250, 50))).rising())
        .isEmpty();
  }

  @Property
  void shouldKeepEveryItemOnceTheHeaviestFirstThenTheOneUpdatedLastThenById(
      @ForAll @Size(max = 40) List<@DoubleRange(min = -1, max = 3) Double> weights,
      @ForAll @Size(40) List<@IntRange(max = 2) Integer> updated) {
    var items = new ArrayList<Known>();
    for (var i = 0; i < weights.size(); i++) {
      // Many are equal, and some are so but for what a float drops.
      var weight = Math.rint(weights.get(i)) + (i % 3 == 0 ? 1e-12 : 0);
      var id = "i" + i;
      items.add(
          new Known(
              id, ItemHash.of(id), List.of(), null, weight, weight / (1 + i), updated.get(i)));
    }
    var ranking = Ranking.of(items);

    var inOrder = new ArrayList<>(items);
    inOrder.sort(
        Comparator.comparingDouble((Known each) -> -each.weight())
            .thenComparingLong(each -> -each.updatedTimeMs())
            .thenComparing(Known::itemId));
    assertThat(ids(ranking.popular()))
        .containsExactlyElementsOf(inOrder.stream().map(Known::itemId).toList());
    assertThat(ranking.rising()).allSatisfy(each -> assertThat(each.rise()).isGreaterThan(1));
  }

  @Test
  void shouldNotBeATasteWhenAnItemHasLeftItsCategorySinceTheRanking() {
    var ranking = Ranking.of(List.of(item("teapot", "cups", 5, 1), item("mug", "cups", 3, 1)));
    var moved = new Item("teapot", "Teapot", List.of("garden"), null, null, null, true, null, 1);
    var stayed = new Item("mug", "Mug", List.of("cups"), null, null, null, true, null, 1);
    var source =
        new TasteSource(() -> ranking, hash -> hash == ItemHash.of("mug") ? stayed : moved);
    var tastes = List.of(new Taste(Dimension.CATEGORY, "cups", 1));

    var candidates =
        source.candidates(
            new Situation("viewed", List.of(), List.of(), tastes, 0), hash -> true, 10);

    assertThat(candidates).extracting(Candidate::itemId).containsExactly("mug");
    assertThat(candidates.get(0).because()).isNotEmpty();
  }
}
