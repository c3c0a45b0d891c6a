package io.shopstream.query.edge;

import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Who asks, and how fast they may. */
@Singleton
final class Clients {

  /** Header that holds a key and nothing else. */
  static final String KEY_HEADER = "X-Api-Key";

  private static final String BEARER = "bearer ";

  private final ApiKeyFile file;
  private final RateLimits rates;
  private final EdgeConfiguration config;

  Clients(ApiKeyFile file, RateLimits rates, EdgeConfiguration config) {
    this.file = file;
    this.rates = rates;
    this.config = config;
  }

  /**
   * One who is held to a pace.
   *
   * @param name of a key, or an address
   * @param rate requests a second
   */
  record Client(String name, double rate) {}

  /** The keys in force; empty when none are configured. */
  Optional<ApiKeys> keys() {
    return file.keys();
  }

  Client at(InetSocketAddress address) {
    return new Client(address.getAddress().getHostAddress(), config.requestsPerSecond());
  }

  Client with(ApiKey key) {
    return new Client(key.name(), key.requestsPerSecond().orElse(config.requestsPerSecond()));
  }

  /** Counts a request; how long the client has to wait, zero when it may be served. */
  Duration take(Client client) {
    return rates.take(client.name(), client.rate(), System.nanoTime());
  }

  /**
   * The key that a program presents.
   *
   * @param apiKey value of {@value #KEY_HEADER}; null when it is not there
   * @param authorization value of Authorization; null when it is not there
   */
  static Optional<String> presented(@Nullable String apiKey, @Nullable String authorization) {
    if (apiKey != null) {
      return Optional.of(apiKey.strip());
    }
    return authorization != null && isScheme(BEARER, authorization)
        ? Optional.of(authorization.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  /**
   * Whether credentials are of a scheme.
   *
   * @param scheme its name and a space
   */
  static boolean isScheme(String scheme, String authorization) {
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
  }
}
