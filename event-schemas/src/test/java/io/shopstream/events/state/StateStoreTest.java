package io.shopstream.events.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.PairKind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

class StateStoreTest {

  @Property
  void shouldFindTheRowsOfAnItemInThePartitionOfItsRecords(
      @ForAll @StringLength(min = 1, max = 20) String item,
      @ForAll @IntRange(min = 1, max = 64) int partitions) {
    var ofRecords = BuiltInPartitioner.partitionForKey(StateStore.key(item), partitions);

    for (var kind : new PairKind[] {PairKind.VIEWED, PairKind.BOUGHT}) {
      assertThat(
              StateStore.ITEM_NEIGHBOURS.partition(
                  StateStore.neighboursKey(kind, item), partitions))
          .isEqualTo(ofRecords);
    }
    assertThat(StateStore.ITEM_POPULARITY.partition(StateStore.key(item), partitions))
        .isEqualTo(ofRecords);
  }

  @Property
  void shouldKeepTheKindsOfAnItemApart(@ForAll @StringLength(min = 1, max = 20) String item) {
    assertThat(StateStore.neighboursKey(PairKind.VIEWED, item))
        .isNotEqualTo(StateStore.neighboursKey(PairKind.BOUGHT, item));
  }
}
