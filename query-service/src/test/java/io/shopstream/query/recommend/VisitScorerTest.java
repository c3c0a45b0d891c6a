package io.shopstream.query.recommend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.shopstream.events.state.ItemHash;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.NeighbourRowLayout;
import io.shopstream.query.recommend.VisitScorer.Scored;
import io.shopstream.query.recommend.VisitScorer.VisitRow;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VisitScorerTest {

  private static final VisitScorer.OwnWeights NO_WEIGHTS = VisitScorer.OwnWeights.each(hash -> 0);

  @Test
  void shouldReturnNothingForNoVisit() {
    assertThat(new VisitScorer().score(List.of(), 0, NO_WEIGHTS, hash -> true, 20)).isEmpty();
  }

  @Test
  void shouldOfferAnItemWithoutNeighboursAgainUnlessItIsNotAllowed() {
    var visit = List.of(new VisitRow("a", NeighbourRow.EMPTY));
    assertThat(new VisitScorer().score(visit, 0, NO_WEIGHTS, hash -> true, 20))
        .extracting(VisitScorer.Scored::itemId)
        .containsExactly("a");
    assertThat(new VisitScorer().score(visit, 0, NO_WEIGHTS, hash -> false, 20)).isEmpty();
  }

  @Test
  void shouldTellSupportAndWhatItMayHaveMissedOfTheRowThatSpeaksForAnItemMost() {
    var visit =
        List.of(
            new VisitRow("a", row(new Neighbour("x", 3, 5, 2))),
            new VisitRow("b", row(new Neighbour("y", 8, 9, 0), new Neighbour("x", 4, 6, 0))));
    assertThat(new VisitScorer().score(visit, 0, NO_WEIGHTS, hash -> true, 20))
        .filteredOn(scored -> scored.support() > 0)
        .extracting(
            Scored::itemId, Scored::itemHash, Scored::becauseOf, Scored::support, Scored::missed)
        .containsExactly(
            tuple("y", ItemHash.of("y"), "b", 9, 0), tuple("x", ItemHash.of("x"), "b", 6, 0));
    assertThat(new VisitScorer().score(visit.subList(0, 1), 0, NO_WEIGHTS, hash -> true, 20))
        .extracting(Scored::itemId, Scored::support, Scored::missed)
        .contains(tuple("x", 5, 2));
  }

  private record Neighbour(String id, double weight, int support, int missed) {}

  /** The row of an item that 10 visits held. */
  private static NeighbourRow row(Neighbour... neighbours) {
    int n = neighbours.length;
    var ids = Stream.of(neighbours).map(Neighbour::id).collect(joining()).getBytes(UTF_8);
    var layout = NeighbourRowLayout.wide(n);
    var row = new byte[layout.ids() + ids.length];
    row[0] = NeighbourRowLayout.VERSION;
    NeighbourRowLayout.putUnsignedShort(row, NeighbourRowLayout.SIZE, n);
    NeighbourRowLayout.putLong(row, NeighbourRowLayout.OWN_SUPPORT, 10);
    NeighbourRowLayout.putLong(row, NeighbourRowLayout.HALF_LIFE, Long.MAX_VALUE);
    NeighbourRowLayout.putDouble(row, NeighbourRowLayout.OWN_WEIGHT, 10);
    int idEnd = 0;
    for (int k = 0; k < n; k++) {
      var neighbour = neighbours[k];
      idEnd += neighbour.id().length();
      NeighbourRowLayout.putDouble(row, layout.weights() + 8 * k, neighbour.weight());
      NeighbourRowLayout.putInt(row, layout.supports() + 4 * k, neighbour.support());
      NeighbourRowLayout.putInt(row, layout.missed() + 4 * k, neighbour.missed());
      NeighbourRowLayout.putUnsignedShort(row, layout.idEnds() + 2 * k, idEnd);
    }
    System.arraycopy(ids, 0, row, layout.ids(), ids.length);
    return NeighbourRow.of(row);
  }
}
