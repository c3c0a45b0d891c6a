package io.shopstream.query.config;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * A group of users in the running experiment.
 *
 * @param name 1 to 12 small letters, digits or hyphens
 * @param share of the users, compared with the sum of all shares
 * @param strategy what serves them
 */
@EachProperty("shopstream.recommendations.variants")
public record VariantConfiguration(
    @Parameter String name, @Min(0) int share, @NotBlank String strategy) {}
