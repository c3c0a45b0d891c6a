package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Nullable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * Where Kafka and the registry are.
 *
 * @param bootstrapServers brokers to ask first, {@code host:port} with commas between
 * @param clientConfig a properties file passed to every Kafka client and to the serdes; empty for
 *     none
 * @param schemaRegistryUrl root address of the registry
 * @param createTopics whether topics that are missing are created at the start
 * @param topicPartitions partitions of every topic, the same in all applications, fixed for life
 * @param topicReplication copies of every partition
 * @param retryPause how long to wait before asking again for a broker or registry that is away
 */
@ConfigurationProperties("shopstream.kafka")
public record KafkaConfiguration(
    @NotBlank String bootstrapServers,
    @Nullable String clientConfig,
    @NotBlank String schemaRegistryUrl,
    boolean createTopics,
    @Min(1) int topicPartitions,
    @Min(1) int topicReplication,
    @NotNull Duration retryPause) {}
