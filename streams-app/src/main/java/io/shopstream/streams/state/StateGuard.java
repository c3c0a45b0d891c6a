package io.shopstream.streams.state;

import io.micronaut.context.annotation.Context;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.HttpServerConfiguration;
import io.shopstream.events.state.StateSecret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Lets in to the state endpoint who says the secret. Health and metrics stay open. */
@Context
@ServerFilter("/state/**")
final class StateGuard {

  /** What to say to those who do not say it. */
  static final String CHALLENGE = "Bearer realm=\"state\"";

  static final String REFUSAL =
      "Say the state secret: STATE_SECRET must be the same here and there";

  private final Optional<StateSecret> secret;

  /**
   * @throws IllegalStateException when others would reach the endpoint and there is no secret
   */
  StateGuard(StateAccess access, HttpServerConfiguration server) {
    secret = StateSecret.configured(access.secret(), access.secretFile());
    if (secret.isEmpty() && !access.open()) {
      server.getHost().ifPresent(StateGuard::requireLoopback);
    }
  }

  private static void requireLoopback(String host) {
    if (!isLoopback(host)) {
      throw new IllegalStateException(
          "The state endpoint would listen on %s, where others reach it, without a secret. Make one (openssl rand -hex 32) and give it to streams-app and query-service as STATE_SECRET, or in a file named by STATE_SECRET_FILE. STATE_OPEN=true lets everybody in who can reach it."
              .formatted(host));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // the server will say it
    }
  }

  @Nullable
  @RequestFilter
  MutableHttpResponse<String> admit(HttpRequest<?> request) {
    if (admits(request.getHeaders().get(HttpHeaders.AUTHORIZATION))) {
      return null;
    }
    return HttpResponse.<String>status(HttpStatus.UNAUTHORIZED)
        .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
        .contentType(MediaType.TEXT_PLAIN)
        .body(REFUSAL);
  }

  /**
   * Whether somebody may read state.
   *
   * @param authorization what the header says; null when there is none
   */
  boolean admits(@Nullable String authorization) {
    return secret.isEmpty() || secret.get().admits(authorization);
  }
}
