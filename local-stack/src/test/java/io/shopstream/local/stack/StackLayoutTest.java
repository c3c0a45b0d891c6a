package io.shopstream.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.local.Installation;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackLayoutTest {

  private static final Installation PROJECT = new Installation(Path.of("/project"));

  @Property
  void shouldNeverLetTwoOfItsServersShareAPort(
      @ForAll @IntRange(max = StackLayout.MAX_PORT_OFFSET) int offset,
      @ForAll @IntRange(min = 1, max = StackSize.MOST_INSTANCES) int streams,
      @ForAll @IntRange(min = 1, max = StackSize.MOST_INSTANCES) int queries,
      @ForAll boolean threeBrokers) {
    var size = new StackSize(streams, queries, threeBrokers ? 3 : 1);
    assertThat(StackLayout.of(PROJECT, offset).withSize(size).ports().values())
        .hasSize(streams + queries + 2 * size.brokers() + 1)
        .doesNotHaveDuplicates()
        .allMatch(port -> port > 1024 && port < 65_536);
  }

  @Test
  void shouldRefuseSizesThatCannotWork() {
    assertThatThrownBy(() -> new StackSize(1, 1, 2)).hasMessageContaining("--brokers");
    assertThatThrownBy(() -> new StackSize(0, 1, 1)).hasMessageContaining("--streams");
    assertThatThrownBy(() -> new StackSize(1, 10, 1)).hasMessageContaining("--queries");
  }

  @Test
  void shouldStickToTheNumberOfBrokersThatWroteTheData(@TempDir Path folder) {
    var cluster = ClusterFile.in(new StackLayout(folder, 0));
    var id = cluster.clusterId(3);
    assertThat(cluster.clusterId(3)).isEqualTo(id);
    assertThatThrownBy(() -> cluster.clusterId(1))
        .hasMessageContaining("belongs to 3 brokers")
        .hasMessageContaining("--brokers 3");
  }

  @Property
  void shouldKeepStacksOfDifferentOffsetsApart(
      @ForAll @IntRange(max = StackLayout.MAX_PORT_OFFSET) int one,
      @ForAll @IntRange(max = StackLayout.MAX_PORT_OFFSET) int other) {
    var same =
        StackLayout.of(PROJECT, one).folder().equals(StackLayout.of(PROJECT, other).folder());
    assertThat(same).isEqualTo(one == other);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, StackLayout.MAX_PORT_OFFSET + 1})
  void shouldRefuseAnOffsetBeyondThePorts(int offset) {
    assertThatThrownBy(() -> StackLayout.of(PROJECT, offset))
        .hasMessageContaining("--port-offset")
        .hasMessageContaining(Integer.toString(offset));
  }
}
