package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How consumers and instances are watched.
 *
 * @param lagInterval how often every consumer group's lag is looked at
 * @param trendWindow how far back the trend of a lag looks
 * @param history how far back the lags are remembered
 * @param rateWindow over how long rates are taken
 * @param requestTimeout how long one question to the brokers or the instances may take
 */
@ConfigurationProperties("shopstream.ops")
public record OpsConfiguration(
    @NotNull Duration lagInterval,
    @NotNull Duration trendWindow,
    @NotNull Duration history,
    @NotNull Duration rateWindow,
    @NotNull Duration requestTimeout) {}
