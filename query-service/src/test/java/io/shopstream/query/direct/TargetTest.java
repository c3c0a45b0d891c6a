package io.shopstream.query.direct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  private static Optional<Target> of(String uri) {
    return Target.of("/users/", "/list", uri);
  }

  @ParameterizedTest
  @CsvSource({
    "/users/ann/list,ann",
    "/users/ann's%20phone/list,ann's phone",
    "/users/a%2Fb%3Fc%2B/list,a/b?c+",
    "/users/%F0%9F%98%80/list?,😀"
  })
  void shouldReadTheVariable(String uri, String variable) {
    assertThat(of(uri)).contains(new Target(variable, Map.of()));
  }

  @Test
  void shouldReadTheParameters() {
    assertThat(of("/users/u/list?a=1&b=x%2Fy+z&a=2&c&=d").orElseThrow().parameters())
        .containsEntry("a", List.of("1", "2"))
        .containsEntry("b", List.of("x/y z"))
        .containsEntry("c", List.of(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/users/list",
        "/users//list",
        "/users/u/list/",
        "/users/u/list/stream",
        "/users/u/listed",
        "/users/u/v/list",
        "/users/./list",
        "/users/u+v/list",
        "/users/u;v/list",
        "/users/u%/list",
        "/users/u%4/list",
        "/users/u%zz/list",
        "/users/u?/list",
        "/users/ü/list",
        "/users/u/list?a=1;b=2",
        "/users/u/list?a=1#b",
        "/users/u/list?a=%f",
        "/users/u/list?a=[1]",
        "http://h/users/u/list"
      })
  void shouldLeaveWhatIsNotPlainToOthers(String uri) {
    assertThat(of(uri)).isEmpty();
  }
}
