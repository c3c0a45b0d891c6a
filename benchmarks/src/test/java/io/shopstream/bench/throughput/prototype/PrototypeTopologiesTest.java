package io.shopstream.bench.throughput.prototype;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.contender.BinaryAvroSerde;
import io.shopstream.bench.throughput.Clicks;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrototypeTopologiesTest {

  private static final int ROOM_FOR_ALL = 500;

  @TempDir private Path folder;

  @Test
  void shouldCountThePairsThatProductionCounts() {
    var clicks = Clicks.of(Clicks.shop());
    var updates = new BinaryAvroSerde<>(ItemUpdates.class);
    try (var visits = driver("visits", VisitsTopology.build(Clicks.serdes()));
        var rows = driver("rows", RowsTopology.build(ROOM_FOR_ALL))) {
      var input =
          visits.createInputTopic(
              Topics.CLICKSTREAM.name(), new StringSerializer(), new Clicks.ClickSerializer());
      clicks.forEach(click -> input.pipeInput(click.getUserId(), click));
      var pairs =
          visits.createOutputTopic(
              VisitsTopology.PAIRS, new StringDeserializer(), updates.deserializer());
      var into =
          rows.createInputTopic(VisitsTopology.PAIRS, new StringSerializer(), updates.serializer());
      pairs.readKeyValuesToList().forEach(pair -> into.pipeInput(pair.key, pair.value));

      var store = rows.<Bytes, byte[]>getKeyValueStore("rows");
      Clicks.support(clicks)
          .forEach(
              (item, expected) -> {
                var row =
                    NeighbourRow.of(
                        store.get(Bytes.wrap(StateStore.neighboursKey(PairKind.VIEWED, item))));
                var neighbours = new HashMap<String, Long>();
                for (var k = 0; k < row.size(); k++) {
                  neighbours.put(row.neighbourId(k), (long) row.neighbourSupport(k));
                }
                assertThat(neighbours).as(item).isEqualTo(expected);
              });
    }
  }

  private TopologyTestDriver driver(String name, Topology topology) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(name).toString());
    return new TopologyTestDriver(topology, properties);
  }
}
