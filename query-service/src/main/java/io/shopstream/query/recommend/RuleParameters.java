package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.QueryValue;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * The query parameters that all recommendations take. Here they are only described: {@link Wishes}
 * reads them from the request itself, because a value may hold a comma.
 */
@Introspected
record RuleParameters(
    HttpRequest<?> request,
    @Parameter(
            description = "How many items, at most.",
            schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "10"))
        @Nullable
        @QueryValue("limit")
        String limit,
    @Parameter(
            description = "From visits, from orders, or what was bought by those who viewed it.",
            schema =
                @Schema(
                    type = "string",
                    allowableValues = {"viewed", "bought", "bought_after_viewing"},
                    defaultValue = "viewed"))
        @Nullable
        @QueryValue("kind")
        String kind,
    @Parameter(description = "An item that must not be shown; give it once for each, up to 1,000.")
        @Nullable
        @QueryValue("exclude")
        List<String> exclude,
    @Parameter(
            description = "Leave out the (up to 50) items that the user bought last.",
            schema = @Schema(type = "boolean", defaultValue = "false"))
        @Nullable
        @QueryValue("exclude_bought")
        String excludeBought,
    @Parameter(
            description = "Leave out what the catalogue says cannot be bought now.",
            schema = @Schema(type = "boolean", defaultValue = "true"))
        @Nullable
        @QueryValue("only_available")
        String onlyAvailable,
    @Parameter(
            description =
                "Only items of this category, at any level; give it once for each, any of them will do.")
        @Nullable
        @QueryValue("category")
        List<String> category,
    @Parameter(description = "Only items of this brand; once for each, any of them will do.")
        @Nullable
        @QueryValue("brand")
        List<String> brand,
    @Parameter(
            description = "Only items of this price or more, in minor units.",
            schema = @Schema(type = "integer", format = "int64", minimum = "0"))
        @Nullable
        @QueryValue("min_price_minor")
        String minPriceMinor,
    @Parameter(
            description = "Only items of this price or less, in minor units.",
            schema = @Schema(type = "integer", format = "int64", minimum = "0"))
        @Nullable
        @QueryValue("max_price_minor")
        String maxPriceMinor,
    @Parameter(
            description =
                "Lift (factor above 1) or bury (below 1) an item, brand or category: brand:ACME:1.5. Factors from 0.001 to 1000; once for each.")
        @Nullable
        @QueryValue("boost")
        List<String> boost,
    @Parameter(
            description =
                "How much of its score an item loses that is like those above it; what the strategy says when it is not given.",
            schema = @Schema(type = "number", minimum = "0", maximum = "1"))
        @Nullable
        @QueryValue("diversity")
        String diversity,
    @Parameter(
            description = "Most items of one brand.",
            schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
        @Nullable
        @QueryValue("max_per_brand")
        String maxPerBrand,
    @Parameter(
            description =
                "Most of the limit that one (narrowest) category may take; one item always may.",
            schema = @Schema(type = "number", minimum = "0.01", maximum = "1", defaultValue = "1"))
        @Nullable
        @QueryValue("max_category_share")
        String maxCategoryShare,
    @Parameter(
            description = "Say of each item why it is shown.",
            schema = @Schema(type = "boolean", defaultValue = "false"))
        @Nullable
        @QueryValue("reasons")
        String reasons,
    @Parameter(
            description =
                "Ask for a strategy by name, outside the experiment; without it the user's group decides.")
        @Nullable
        @QueryValue("strategy")
        String strategy,
    @Parameter(
            description =
                "Ask only this source of the chain, once for each: visit, basket, profile, content, category_trend, shop_trend.")
        @Nullable
        @QueryValue("sources")
        List<String> sources) {

  /** Those of a request: none of them stands in its place here, all are read from the request. */
  static RuleParameters of(HttpRequest<?> request) {
    return new RuleParameters(
        request, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null);
  }

  /**
   * Reads them.
   *
   * @param withUser whether the address takes a user as a parameter, too
   */
  Wishes wishes(boolean withUser) {
    return Wishes.of(request.getParameters().asMap(), withUser);
  }
}
