package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.shopstream.events.state.StateSecret;
import java.util.Optional;

/**
 * What streams-app asks for before it answers.
 *
 * @param secret itself; empty when it is in a file, or there is none
 * @param secretFile file that holds it; empty for none
 */
@ConfigurationProperties("shopstream.state-access")
public record StateSecretConfiguration(String secret, String secretFile) {

  /** The secret; empty when streams-app asks for none. */
  public Optional<StateSecret> configured() {
    return StateSecret.configured(secret, secretFile);
  }
}
