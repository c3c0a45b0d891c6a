package io.shopstream.query.config;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.util.List;

/**
 * A way to recommend.
 *
 * @param name 1 to 12 small letters, digits or hyphens
 * @param chain sources in order; a later one fills what the earlier ones left open
 * @param diversity how much an item loses that is like those above it, 0 to 1, when the request
 *     does not say
 */
@EachProperty("shopstream.recommendations.strategies")
public record StrategyConfiguration(
    @Parameter String name, @NotEmpty List<String> chain, @Min(0) @Max(1) double diversity) {}
