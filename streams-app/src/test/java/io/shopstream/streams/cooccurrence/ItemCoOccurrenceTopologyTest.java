package io.shopstream.streams.cooccurrence;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ItemCoOccurrenceTopologyTest extends TopologyTest {

  private ItemCoOccurrenceTopology topology;

  @BeforeEach
  void start() {
    topology =
        new ItemCoOccurrenceTopology(
            serdes,
            new CoOccurrenceSettings(
                new Tuning(1, 5_000),
                1 << 20,
                1 << 20,
                100,
                Duration.ofDays(90),
                Duration.ofHours(6)));
    start(topology);
  }

  @Test
  void shouldAddUpWhatAnItemGainsInItsRow() {
    pipe(viewed("a", "b", "c"), viewed("a", "b"));

    var row = row(PairKind.VIEWED, "a");
    assertThat(row.support()).isEqualTo(2);
    assertThat(row.size()).isEqualTo(2);
    for (var k = 0; k < 2; k++) {
      assertThat(row.neighbourSupport(k)).isEqualTo(row.neighbourId(k).equals("b") ? 2 : 1);
    }
  }

  @Test
  void shouldKeepWhatWasViewedApartFromWhatWasBought() {
    pipe(viewed("a", "b"), updates("a", PairKind.BOUGHT, "c"));

    assertThat(row(PairKind.VIEWED, "a").neighbourId(0)).isEqualTo("b");
    assertThat(row(PairKind.BOUGHT, "a").neighbourId(0)).isEqualTo("c");
  }

  @Test
  void shouldPublishPopularityOnlyWhenItHasGrownByATenth() {
    for (var i = 0; i < 1_000; i++) {
      var click = viewed("a");
      click.put("time_ms", NOON.toEpochMilli() + 60_000L * i);
      pipe(click);
    }
    var published = output(Topics.ITEM_POPULARITY, ItemPopularity.class);

    assertThat(published).hasSizeBetween(30, 70);
    assertThat(published.get(0).getRecentHalfLifeMs()).isEqualTo(Duration.ofHours(6).toMillis());
    assertThat(published.get(published.size() - 1).getViewedSupport()).isGreaterThan(900);
  }

  @Test
  void shouldAnswerForPopularityInTheFormOfTheContract() {
    pipe(viewed("a"), updates("a", PairKind.BOUGHT));
    var store =
        topology.queryableStores().stream()
            .filter(candidate -> candidate.store() == StateStore.ITEM_POPULARITY)
            .findFirst()
            .orElseThrow();
    var key = StateStore.key("a");
    var answer =
        AvroBinary.decode(
            store.answer().of(rows(StateStore.ITEM_POPULARITY), key).orElseThrow(),
            ItemPopularity.class);

    assertThat(answer.getItemId()).isEqualTo("a");
    assertThat(answer.getViewedSupport()).isEqualTo(1);
    assertThat(answer.getBoughtSupport()).isEqualTo(1);
  }

  private static ItemUpdates viewed(String item, String... neighbours) {
    return updates(item, PairKind.VIEWED, neighbours);
  }

  private static ItemUpdates updates(String item, PairKind kind, String... neighbours) {
    return new ItemUpdates(
        item,
        kind,
        NOON.toEpochMilli(),
        1.0,
        1,
        Arrays.stream(neighbours).map(neighbour -> new PairUpdate(neighbour, 0.5, 1)).toList(),
        0.0,
        0.0);
  }

  private void pipe(ItemUpdates... updates) {
    driver
        .createInputTopic(
            Topics.ITEM_PAIRS.name(), new IntegerSerializer(), serdes.serializer(ItemPairs.class))
        .pipeInput(0, new ItemPairs(List.of(updates)));
  }

  private NeighbourRow row(PairKind kind, String item) {
    return NeighbourRow.of(
        rows(StateStore.ITEM_NEIGHBOURS).get(Bytes.wrap(StateStore.neighboursKey(kind, item))));
  }

  private RowStore rows(StateStore store) {
    return (RowStore) driver.getAllStateStores().get(store.storeName());
  }
}
