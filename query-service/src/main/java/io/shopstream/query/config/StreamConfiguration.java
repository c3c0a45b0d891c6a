package io.shopstream.query.config;

import io.micronaut.context.annotation.ConfigurationProperties;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * How recommendations are pushed.
 *
 * @param maxStreams streams open at once, at most; one more is answered 503
 * @param maxStreamsOfUser the same of one user
 * @param pollInterval how often is looked whether the users of all streams did something
 * @param heartbeat how often something is sent when nothing happens, so that dead connections show
 * @param longestStream when a stream is ended; browsers connect again by themselves
 */
@ConfigurationProperties("shopstream.recommendations.stream")
public record StreamConfiguration(
    @Min(0) int maxStreams,
    @Min(0) int maxStreamsOfUser,
    @NotNull Duration pollInterval,
    @NotNull Duration heartbeat,
    @NotNull Duration longestStream) {}
