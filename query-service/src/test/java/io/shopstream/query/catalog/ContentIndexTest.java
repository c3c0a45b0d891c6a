package io.shopstream.query.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shopstream.events.state.ItemHash;
import io.shopstream.query.catalog.ContentIndex.Similar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ContentIndexTest {

  private final ContentIndex index = new ContentIndex();

  private void put(String id, String title, String category, String brand, long price) {
    index.put(
        ItemHash.of(id),
        id,
        title,
        category == null ? List.of() : List.of("home", category),
        brand,
        price);
  }

  private static List<Similar> similarTo(ContentIndex index, String id) {
    return index.similar(ItemHash.of(id), item -> true, 10);
  }

  @Test
  void shouldFindTheMostAlikeAndSayWhatIsShared() {
    put("cup", "ROSES REGENCY TEACUP", "tea", "Regency", 295);
    put("green", "Green regency teacups", "tea", "Regency", 295);
    put("pot", "Regency teapot", "tea", "Regency", 895);
    put("bag", "Jumbo bag roses", "bags", null, 195);
    put("lamp", "Lamp", "light", null, 995);

    var similar = similarTo(index, "cup");

    assertThat(similar).extracting(Similar::itemId).containsExactly("green", "pot", "bag");
    assertThat(similar.get(0).shared()).contains("teacup").doesNotContain("price 8");
    assertThat(similar.get(2).shared()).containsExactly("rose", "category home");
    assertThat(index.vector(ItemHash.of("cup")).cosine(index.vector(ItemHash.of("green"))))
        .isCloseTo(similar.get(0).similarity(), within(1e-6));
  }

  @Test
  void shouldFollowChangesAndRemovals() {
    put("a", "blue vase", null, null, 100);
    put("b", "blue vase small", null, null, 100);
    put("b", "garden spade", null, null, 100);
    assertThat(similarTo(index, "a")).isEmpty();
    put("b", "vase", null, null, 100);
    assertThat(similarTo(index, "a")).extracting(Similar::itemId).containsExactly("b");
    index.remove(ItemHash.of("b"));
    assertThat(similarTo(index, "a")).isEmpty();
    assertThat(similarTo(index, "b")).isEmpty();
    assertThat(index.size()).isEqualTo(1);
  }

  private List<String> found(String words) {
    return index.search(words, item -> true, 10);
  }

  @Test
  void shouldFindTitlesByWhatSomebodyTypes() {
    put("cup", "ROSES REGENCY TEACUP", "tea", null, 295);
    put("pot", "Regency teapot", "tea", null, 895);
    put("set", "Tea set with teacups and saucers, regency", "tea", null, 2_995);
    put("bag", "Jumbo bag roses", "bags", null, 195);

    assertThat(found("regency teacup")).containsExactly("cup", "set", "pot");
    assertThat(found("TEAC")).as("the beginning of a word").containsExactly("cup", "set");
    assertThat(found("rose")).as("without its s").containsExactlyInAnyOrder("cup", "bag");
    assertThat(found("tea of roses")).as("only the last word may be a beginning").hasSize(3);
    assertThat(found("anvil")).isEmpty();
    assertThat(found(" - ")).isEmpty();
    assertThat(index.search("regency", item -> item != ItemHash.of("cup"), 1))
        .containsExactly("pot");

    index.remove(ItemHash.of("cup"));
    assertThat(found("teacup")).containsExactly("set");
  }

  /** A step: an item with a title, or its removal when the title is empty. */
  record Step(String itemId, String title) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    var words = Arbitraries.of("red", "blue", "cup", "vase", "lamp", "big");
    var titles = words.list().ofMaxSize(4).map(list -> String.join(" ", list));
    return Combinators.combine(Arbitraries.of("a", "b", "c", "d", "e"), titles)
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  /** Whatever came before, the answers are those of an index built from what is left. */
  @Property(tries = 200)
  void shouldAnswerLikeAnIndexBuiltAnew(@ForAll("steps") List<Step> steps) {
    var kept = new ContentIndex();
    Map<String, String> left = new HashMap<>();
    for (var step : steps) {
      var hash = ItemHash.of(step.itemId());
      if (step.title().isEmpty()) {
        kept.remove(hash);
        left.remove(step.itemId());
      } else {
        kept.put(hash, step.itemId(), step.title(), List.of(), null, null);
        left.put(step.itemId(), step.title());
      }
    }
    var anew = new ContentIndex();
    left.forEach((id, title) -> anew.put(ItemHash.of(id), id, title, List.of(), null, null));
    for (var id : left.keySet()) {
      assertThat(similarTo(kept, id))
          .extracting(Similar::itemId)
          .containsExactlyInAnyOrderElementsOf(
              similarTo(anew, id).stream().map(Similar::itemId).toList());
    }
  }
}
