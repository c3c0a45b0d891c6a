package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How what is popular and what rises is ranked.
 *
 * @param refreshInterval least time between two rankings, when weights change
 * @param idleRefreshInterval time between two rankings when nothing changes: weights fall with time
 */
@ConfigurationProperties("shopstream.trends")
public record TrendConfiguration(
    @NotNull Duration refreshInterval, @NotNull Duration idleRefreshInterval) {}
