package io.shopstream.query.edge;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Nullable;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * Who may ask for what, and how much.
 *
 * @param apiKeysFile file of the keys, see {@link ApiKeys}; empty: everybody may everything
 * @param open whether the service may be reached by others without keys
 * @param openMetrics whether /prometheus needs no key
 * @param requestsPerSecond of one key, or of one address where there are no keys
 * @param burst requests that may come at once beyond the rate
 * @param rememberedClients keys and addresses whose pace is known at once, at most
 * @param maxConcurrentRequests requests that are being served at once, at most
 * @param maxConnections open connections, at most
 * @param retryAfter what a client is told to wait when too many requests are being served
 */
@ConfigurationProperties("shopstream.edge")
record EdgeConfiguration(
    @Nullable String apiKeysFile,
    boolean open,
    boolean openMetrics,
    @DecimalMin("0.1") double requestsPerSecond,
    @Min(1) int burst,
    @Min(1) int rememberedClients,
    @Min(1) int maxConcurrentRequests,
    @Min(1) int maxConnections,
    @NotNull Duration retryAfter) {}
