package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How consumers are watched.
 *
 * @param lagInterval how often every consumer group's lag is looked at
 * @param trendWindow how far back the trend of a lag looks
 * @param requestTimeout how long one question to the brokers may take
 */
@ConfigurationProperties("shopstream.ops")
public record OpsConfiguration(
    @NotNull Duration lagInterval,
    @NotNull Duration trendWindow,
    @NotNull Duration requestTimeout) {}
