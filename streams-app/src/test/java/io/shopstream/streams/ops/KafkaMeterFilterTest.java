package io.shopstream.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KafkaMeterFilterTest {

  @Test
  void shouldLeaveOutWhatKafkaTellsOfSingleTasksStoresAndPartitions() {
    assertThat(metersWith(false))
        .containsExactlyInAnyOrder(
            "kafka.stream.thread.commit.total", "shopstream.topic.read.records");
  }

  @Test
  void shouldKeepEverythingWhereDetailsAreWanted() {
    assertThat(metersWith(true)).hasSize(6);
  }

  private static Iterable<String> metersWith(boolean kafkaDetails) {
    var second = Duration.ofSeconds(1);
    var meters = new SimpleMeterRegistry();
    meters
        .config()
        .meterFilter(new KafkaMeterFilter(new ReportSettings(second, second, kafkaDetails)));
    meters.counter("kafka.stream.thread.commit.total", "thread.id", "one");
    meters.counter("kafka.stream.task.process.total", "thread.id", "one", "task.id", "0_1");
    meters.counter("kafka.stream.state.size", "rocksdb.state.id", "user-profiles");
    meters.counter("kafka.consumer.fetch.manager.bytes.total", "topic", "orders");
    meters.counter("kafka.consumer.node.request.total", "node.id", "node-1");
    meters.counter("shopstream.topic.read.records", "topic", "orders");
    return meters.getMeters().stream().map(Meter::getId).map(Meter.Id::getName).toList();
  }
}
