package io.shopstream.streams.state;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.server.HttpServerConfiguration;
import org.junit.jupiter.api.Test;

class StateGuardTest {

  private static HttpServerConfiguration server(String host) {
    var server = new HttpServerConfiguration();
    server.setHost(host);
    return server;
  }

  @Test
  void shouldNotLetOthersReachStateWithoutASecret() {
    assertThatThrownBy(() -> new StateGuard(new StateAccess("", "", false), server("0.0.0.0")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("openssl rand")
        .hasMessageContaining("STATE_SECRET");
  }

  @Test
  void shouldStartOnLoopbackWithASecretOrWhenToldTo() {
    assertThatCode(
            () -> {
              new StateGuard(new StateAccess("", "", false), server("127.0.0.1"));
              new StateGuard(new StateAccess("0123456789abcdef", "", false), server("0.0.0.0"));
              new StateGuard(new StateAccess("", "", true), server("0.0.0.0"));
            })
        .doesNotThrowAnyException();
  }
}
