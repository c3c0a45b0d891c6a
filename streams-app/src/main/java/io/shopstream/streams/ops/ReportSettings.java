package io.shopstream.streams.ops;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How the instance tells of itself.
 *
 * @param interval how often report and metrics are made anew
 * @param lagInterval how often the brokers are asked how far behind the standbys are
 * @param kafkaDetails whether metrics tell of each task, store and partition what Kafka does
 */
@ConfigurationProperties("streams.report")
record ReportSettings(
    @NotNull Duration interval, @NotNull Duration lagInterval, boolean kafkaDetails) {}
