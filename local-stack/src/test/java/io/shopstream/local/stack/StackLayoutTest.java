package io.shopstream.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.local.Installation;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackLayoutTest {

  private static final Installation PROJECT = new Installation(Path.of("/project"));

  @Property
  void shouldNeverLetTwoOfItsServersShareAPort(
      @ForAll @IntRange(max = StackLayout.MAX_PORT_OFFSET) int offset) {
    assertThat(StackLayout.of(PROJECT, offset).ports().values())
        .doesNotHaveDuplicates()
        .allMatch(port -> port > 1024 && port < 65_536);
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
