package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.feedback.RecommendationIds;
import jakarta.inject.Singleton;
import jakarta.validation.constraints.NotBlank;

/**
 * How recommendations are served.
 *
 * @param experiment name of the running experiment: another name deals users into groups anew
 * @param defaultStrategy what serves a request that names no user
 * @param key secret that names of recommendations are signed with, the same in query-service and
 *     streams-app; empty for a well-known one
 */
@ConfigurationProperties("shopstream.recommendations")
public record RecommendationConfiguration(
    @NotBlank String experiment, @NotBlank String defaultStrategy, @Nullable String key) {

  @Override
  public String toString() {
    return "RecommendationConfiguration[" + experiment + ", " + defaultStrategy + "]";
  }

  /** What names recommendations, and checks names. */
  @Factory
  static final class Names {

    @Singleton
    RecommendationIds recommendationIds(RecommendationConfiguration config) {
      return new RecommendationIds(config.key() == null ? "" : config.key());
    }
  }
}
