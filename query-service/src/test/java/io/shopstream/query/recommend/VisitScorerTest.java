package io.shopstream.query.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.state.NeighbourRow;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisitScorerTest {
  @Test
  void shouldReturnNothingForNoVisit() {
    assertThat(new VisitScorer().score(List.of(), 0, hash -> 0, hash -> true, 20)).isEmpty();
  }

  @Test
  void shouldOfferAnItemWithoutNeighboursAgainUnlessItIsNotAllowed() {
    var visit = List.of(new VisitRow("a", NeighbourRow.EMPTY));
    assertThat(new VisitScorer().score(visit, 0, hash -> 0, hash -> true, 20))
        .extracting(VisitScorer.Scored::itemId)
        .containsExactly("a");
    assertThat(new VisitScorer().score(visit, 0, hash -> 0, hash -> false, 20)).isEmpty();
  }
}
