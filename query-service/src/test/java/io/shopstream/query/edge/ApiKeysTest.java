package io.shopstream.query.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.server.HttpServerConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {

  /** SHA-256 of «secret-1», as sha256sum says. */
  private static final String HASH =
      "f7e7c36e458e80e6b6a2c67d0a9ec09bd718dadd7bfa8d6bf6e7ad526e46c2f7";

  private static ApiKeys parse(String... lines) {
    return ApiKeys.parse("keys.txt", List.of(lines));
  }

  @Test
  void shouldFindTheKeyThatWasPresented() {
    var keys = parse("# keys of the shop", "", "web track,query " + HASH + " 50 # the site");

    var key = keys.find("secret-1").orElseThrow();

    assertThat(key.name()).isEqualTo("web");
    assertThat(key.roles()).containsExactlyInAnyOrder(Role.TRACK, Role.QUERY);
    assertThat(key.requestsPerSecond()).hasValue(50);
    assertThat(keys.find("secret-2")).isEmpty();
    assertThat(keys.find(HASH)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web query                         | keys.txt:2: must be: name",
        "web query abcd                    | keys.txt:2: the third word must be the SHA-256",
        "web all HASH                      | keys.txt:2: there is no role all; roles are track, publish",
        "we/b query HASH                   | keys.txt:2: the name must be",
        "web query HASH 0                  | keys.txt:2: requests per second",
        "first query HASH                  | keys.txt:2: there is a key with the name first",
      })
  void shouldNameTheLineThatIsNoKeyAndRepeatNothingOfIt(String line, String message) {
    assertThatThrownBy(() -> parse("first admin " + HASH, line.strip().replace("HASH", HASH)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining(HASH);
  }

  private static ApiKeyFile file(Path file, String host, boolean open) {
    var server = new HttpServerConfiguration();
    server.setHost(host);
    return new ApiKeyFile(
        new EdgeConfiguration(
            file == null ? "" : file.toString(),
            open,
            true,
            100,
            100,
            100,
            100,
            100,
            Duration.ofSeconds(1)),
        server);
  }

  @Test
  void shouldNotBeReachedByOthersWithoutKeysUnlessToldTo(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> file(null, "0.0.0.0", false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("openssl rand -hex 32")
        .hasMessageContaining("API_KEYS_FILE");
    assertThatCode(() -> file(null, "127.0.0.1", false)).doesNotThrowAnyException();
    assertThatCode(() -> file(null, "::1", false)).doesNotThrowAnyException();
    assertThatCode(() -> file(null, "0.0.0.0", true)).doesNotThrowAnyException();
    var keys = Files.writeString(folder.resolve("keys"), "one admin " + HASH);
    assertThat(file(keys, "0.0.0.0", false).keys().orElseThrow().all()).hasSize(1);
    assertThatThrownBy(() -> file(folder.resolve("none"), "127.0.0.1", true))
        .hasMessageContaining("API_KEYS_FILE");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/events, TRACK PUBLISH",
    "POST, /v1/orders, PUBLISH",
    "GET, /v1/users/{id}/profile, QUERY",
    "HEAD, /v1/users/{id}/profile, QUERY",
    "POST, /v1/recommendations, QUERY",
    "GET, /v1/users/{id}/export, ADMIN",
    "HEAD, /v1/users/{id}/export, ADMIN",
    "DELETE, /v1/users/{id}, ADMIN",
    "POST, /v1/fraud/reviews/{id}, ADMIN",
    "PUT, /v1/fraud/model/{version}, ADMIN",
    "POST, /v1/what-is-not-there-yet, ADMIN",
    "GET, /v1/ops/lag, MONITOR",
    "GET, /prometheus, MONITOR",
  })
  void shouldAskForARole(String method, String template, String roles) {
    assertThat(Access.needed(method, template).stream().map(Role::name))
        .containsExactlyInAnyOrder(roles.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"GET, /health", "GET, /shop", "GET, /docs"})
  void shouldLeavePagesOpen(String method, String template) {
    assertThat(Access.needed(method, template)).isEqualTo(Set.of());
  }
}
