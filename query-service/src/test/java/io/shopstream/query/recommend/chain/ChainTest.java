package io.shopstream.query.recommend.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.state.ItemHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ChainTest {

  private static final Situation NOBODY =
      new Situation("viewed", List.of(), List.of(), List.of(), 0);

  /** Proposes items in order, with falling scores. */
  private record Fixed(String name, List<String> items) implements Source {
    @Override
    public List<Candidate> candidates(Situation situation, LongPredicate allowed, int wanted) {
      var candidates = new ArrayList<Candidate>();
      for (var item : items) {
        if (allowed.test(ItemHash.of(item)) && candidates.size() < wanted) {
          candidates.add(
              new Candidate(
                  item, ItemHash.of(item), 100.0 / (1 + candidates.size()), new Because.Unseen()));
        }
      }
      return candidates;
    }
  }

  private static List<Proposal> walk(
      List<Source> sources, LongPredicate allowed, ToDoubleFunction<Candidate> boost) {
    var chain = new Chain(sources, NOBODY, allowed, boost);
    while (chain.hasMore()) {
      chain.askNext(100);
    }
    var proposals = new ArrayList<>(chain.proposals());
    proposals.sort(Comparator.comparingDouble(proposal -> -proposal.score()));
    return proposals;
  }

  private static List<String> ids(List<Proposal> proposals) {
    return proposals.stream().map(proposal -> proposal.candidate().itemId()).toList();
  }

  @Test
  void shouldLetALaterSourceFillWhatAnEarlierOneLeavesOpen() {
    List<Source> sources =
        List.of(
            new Fixed("one", List.of("a", "b")),
            new Fixed("two", List.of("b", "c")),
            new Fixed("three", List.of("a", "d")));

    var proposals = walk(sources, item -> true, candidate -> 1);

    assertThat(ids(proposals)).containsExactly("a", "b", "c", "d");
    assertThat(proposals)
        .extracting(Proposal::source)
        .containsExactly("one", "one", "two", "three");
  }

  @Test
  void shouldLetABoostLiftAcrossSourcesOnlyWhenItIsLarge() {
    List<Source> sources =
        List.of(new Fixed("one", List.of("a", "b")), new Fixed("two", List.of("c")));

    assertThat(ids(walk(sources, item -> true, each -> each.itemId().equals("b") ? 1.7 : 1)))
        .containsExactly("b", "a", "c");
    assertThat(ids(walk(sources, item -> true, each -> each.itemId().equals("c") ? 2 : 1)))
        .containsExactly("a", "b", "c");
    assertThat(ids(walk(sources, item -> true, each -> each.itemId().equals("c") ? 5 : 1)))
        .containsExactly("c", "a", "b");
    assertThat(ids(walk(sources, item -> true, each -> each.itemId().equals("a") ? 0.01 : 1)))
        .containsExactly("b", "c", "a");
  }

  @Provide
  Arbitrary<List<List<String>>> lists() {
    var items = Arbitraries.of("a", "b", "c", "d", "e", "f", "g");
    return items.list().uniqueElements().ofMaxSize(6).list().ofMinSize(1).ofMaxSize(6);
  }

  @Property(tries = 200)
  void shouldProposeAllThatAnySourceKnowsOnceInTheOrderOfTheSources(
      @ForAll("lists") List<List<String>> lists) {
    var sources = new ArrayList<Source>();
    var all = new HashSet<String>();
    for (var i = 0; i < lists.size(); i++) {
      sources.add(new Fixed("s" + i, lists.get(i)));
      all.addAll(lists.get(i));
    }

    var proposals = walk(sources, item -> true, candidate -> 1);

    assertThat(ids(proposals)).doesNotHaveDuplicates().hasSize(all.size()).containsAll(all);
    assertThat(proposals).extracting(Proposal::source).isSorted();
  }
}
