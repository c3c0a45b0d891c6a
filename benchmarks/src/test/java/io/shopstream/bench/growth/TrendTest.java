package io.shopstream.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

final class TrendTest {

  @Test
  void shouldTellTheSlopeOfWhatComesLater() {
    var trend = new Trend();
    trend.add(0, 900);
    for (var minute = 1; minute <= 30; minute++) {
      // 12 an hour, give or take what cancels out
      trend.add(60 * minute, 100 + 0.2 * minute + (minute % 2 == 0 ? 0.1 : -0.1));
    }

    assertThat(trend.risePerHour(60)).isCloseTo(12, within(0.5));
    assertThat(trend.risePerHour(0)).isNegative();
    assertThat(trend.risePerHour(1_800)).isNaN();
    assertThat(trend.largest()).isEqualTo(900);
  }

  @Test
  void shouldReadWhatStreamsAppSaysOfItsMemory() {
    var memory =
        StreamsMemory.read(
            """
            # HELP jvm_memory_used_bytes The amount of used memory
            jvm_memory_used_bytes{area="heap",id="ZHeap"} 2.0E8
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.0E7
            shopstream_rocksdb_memory_used_bytes 1.5E7
            """);

    assertThat(memory).isEqualTo(new StreamsMemory(1.5e7, 2.0e8));
    assertThat(StreamsMemory.read("").heapBytes()).isNaN();
  }

  @Test
  void shouldReadTimesAsPeopleWriteThem() {
    assertThat(new TimeSpan().convert("30m")).isEqualTo(Duration.ofMinutes(30));
    assertThat(new TimeSpan().convert("2H")).isEqualTo(Duration.ofHours(2));
    assertThatThrownBy(() -> new TimeSpan().convert("half an hour"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("30m");
  }
}
