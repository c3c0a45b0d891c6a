package io.shopstream.query.recommend.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.state.ItemHash;
import io.shopstream.query.catalog.ContentIndex;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.recommend.chain.Because;
import io.shopstream.query.recommend.chain.Candidate;
import io.shopstream.query.recommend.chain.Proposal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SelectionTest {

  private final Map<Long, Item> items = new HashMap<>();
  private final List<Proposal> proposals = new ArrayList<>();

  private void propose(String id, String brand, String category) {
    var hash = ItemHash.of(id);
    items.put(
        hash,
        new Item(
            id,
            id,
            category == null ? List.of() : List.of("all", category),
            brand,
            null,
            null,
            true,
            null,
            0));
    proposals.add(
        new Proposal(
            new Candidate(id, hash, 1, new Because.Unseen()),
            "visit",
            1.0 - 0.1 * proposals.size()));
  }

  private List<String> chosen(int limit, double diversity, int maxPerBrand, double share) {
    var rules =
        new Rules(
            limit,
            List.of(),
            false,
            true,
            List.of(),
            List.of(),
            null,
            null,
            List.of(),
            OptionalDouble.empty(),
            maxPerBrand,
            share);
    var nothing = new ContentIndex();
    return new Selection(rules, diversity, items::get, nothing::vector)
        .of(proposals).stream().map(each -> each.candidate().itemId()).toList();
  }

  @Test
  void shouldKeepTheOrderWhenNothingIsAsked() {
    propose("a", "x", "cups");
    propose("b", "x", "cups");
    propose("c", "y", "bags");
    assertThat(chosen(2, 0, 100, 1)).containsExactly("a", "b");
  }

  @Test
  void shouldHoldBrandsAndCategoriesToTheirShare() {
    propose("a", "X", "cups");
    propose("b", "x", "bags");
    propose("c", "x", "cups");
    propose("d", "y", "cups");
    propose("e", null, null);
    propose("f", null, null);
    assertThat(chosen(4, 0, 1, 1)).containsExactly("a", "d", "e", "f");
    assertThat(chosen(4, 0, 100, 0.25)).containsExactly("a", "b", "e", "f");
    assertThat(chosen(2, 0, 100, 0.01)).as("one always may").containsExactly("a", "b");
  }

  @Test
  void shouldMixTheMoreDiversityIsAsked() {
    propose("a", "x", "cups");
    propose("b", "x", "cups");
    propose("c", "x", "cups");
    propose("d", "y", "bags");
    assertThat(chosen(4, 0.2, 100, 1)).containsExactly("a", "b", "d", "c");
    assertThat(chosen(4, 0.9, 100, 1)).containsExactly("a", "d", "b", "c");
  }
}
