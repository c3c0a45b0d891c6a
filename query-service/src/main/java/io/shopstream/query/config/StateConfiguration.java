package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How the state held by streams-app is read.
 *
 * @param bootstrap instances to ask first for who holds what, {@code host:port} with commas between
 * @param connectTimeout how long opening a connection may take
 * @param readTimeout how long one request may take, from asking to the last byte of the answer
 * @param hedgeAfter how long an answer may take before another instance is asked too
 * @param deadline how long one read may take with all its retries
 * @param refreshInterval how often who holds what is asked again when nothing calls for it
 * @param refreshPause least time between two such questions, however many reads call for it
 * @param maxConnections connections to one instance from one event loop
 * @param maxWaiting reads of one event loop that may wait for a connection to one instance
 */
@ConfigurationProperties("shopstream.state")
public record StateConfiguration(
    @NotBlank String bootstrap,
    @NotNull Duration connectTimeout,
    @NotNull Duration readTimeout,
    @NotNull Duration hedgeAfter,
    @NotNull Duration deadline,
    @NotNull Duration refreshInterval,
    @NotNull Duration refreshPause,
    @Min(1) int maxConnections,
    @Min(0) int maxWaiting) {}
