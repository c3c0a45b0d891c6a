package io.shopstream.bench.throughput.naive;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.throughput.Clicks;
import io.shopstream.events.topics.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slow contender is no measure unless it does the same work. */
final class NaiveTopologyTest {

  @TempDir private Path folder;

  @Test
  void shouldCountThePairsThatProductionCounts() {
    var clicks = Clicks.of(Clicks.shop());
    var expected = Clicks.support(clicks);
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, NaiveTopology.APPLICATION_ID);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    try (var driver =
        new TopologyTestDriver(
            NaiveTopology.build(Clicks.serdes(), Integer.MAX_VALUE), properties)) {
      var input =
          driver.createInputTopic(
              Topics.CLICKSTREAM.name(), new StringSerializer(), new Clicks.ClickSerializer());
      clicks.forEach(click -> input.pipeInput(click.getUserId(), click));

      var rows = new HashMap<String, Map<String, Long>>();
      try (var all = driver.<String, TopNeighbours>getKeyValueStore("top-neighbours").all()) {
        all.forEachRemaining(
            row -> {
              var neighbours = new HashMap<String, Long>();
              row.value
                  .getNeighbours()
                  .forEach(one -> neighbours.put(one.getItemId(), one.getCount()));
              rows.put(row.key, neighbours);
            });
      }
      assertThat(rows).isEqualTo(expected);
    }
  }

  @Test
  void shouldKeepTheMostFrequentNeighbours() {
    var clicks = Clicks.of(Clicks.shop());
    var expected = Clicks.support(clicks);
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, NaiveTopology.APPLICATION_ID);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    try (var driver = new TopologyTestDriver(NaiveTopology.build(Clicks.serdes(), 3), properties)) {
      var input =
          driver.createInputTopic(
              Topics.CLICKSTREAM.name(), new StringSerializer(), new Clicks.ClickSerializer());
      clicks.forEach(click -> input.pipeInput(click.getUserId(), click));

      var row = driver.<String, TopNeighbours>getKeyValueStore("top-neighbours").get("i0");
      assertThat(row.getNeighbours()).hasSize(3);
      assertThat(row.getNeighbours().get(0).getCount())
          .isEqualTo(
              expected.get("i0").values().stream().mapToLong(Long::longValue).max().orElse(0));
    }
  }
}
