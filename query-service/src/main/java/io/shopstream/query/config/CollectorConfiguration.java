package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How events are taken in.
 *
 * @param maxBatch events in one request, at most
 * @param maxPendingBytes bodies of all requests that are being read or wait for Kafka together, in
 *     bytes; a request beyond it is answered 503
 * @param threads threads that parse, check and serialise
 * @param defaultConsent what an event that says nothing of consent means
 * @param clockTolerance how far ahead of this clock an event's time may be
 * @param recentOrders orders accepted here that are remembered, to tell a second one with the same
 *     id before the state knows the first
 * @param bufferBytes memory of the producer for records that Kafka has not taken yet; when it is
 *     full the answer is 503
 * @param deliveryTimeout when Kafka has not acknowledged an event after this the answer is 503
 * @param requestTimeout how long one attempt to deliver may take
 * @param linger how long the producer waits for more records before it sends a batch
 * @param retryAfter what a 503 tells the client to wait
 */
@ConfigurationProperties("shopstream.collector")
public record CollectorConfiguration(
    @Min(1) int maxBatch,
    @Min(1024) long maxPendingBytes,
    @Min(1) @Max(64) int threads,
    boolean defaultConsent,
    @NotNull Duration clockTolerance,
    @Min(0) long recentOrders,
    @Min(1024) long bufferBytes,
    @NotNull Duration deliveryTimeout,
    @NotNull Duration requestTimeout,
    @NotNull Duration linger,
    @NotNull Duration retryAfter) {}
