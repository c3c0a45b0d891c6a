package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * Why an item is shown. The text says what the other fields say.
 *
 * @param code what kind of reason it is, for programs
 * @param text the same for people, in English
 * @param itemId the other item, with viewed_with, bought_with and similar_content
 * @param support visits (orders) that held both, with viewed_with and bought_with
 * @param category with favourite_category, and what trends or is popular in a category
 * @param brand with favourite_brand
 * @param share of the user's interest, with favourite_category and favourite_brand
 * @param shared what both items have in common, with similar_content
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Reason", description = "Why an item is shown.")
record Reason(
    @Schema(
            type = "string",
            description = "What kind of reason it is.",
            allowableValues = {
              "viewed_with",
              "bought_with",
              "favourite_category",
              "favourite_brand",
              "similar_content",
              "trending_in_category",
              "trending_in_shop",
              "popular_in_category",
              "popular_in_shop",
              "new_in_shop"
            })
        String code,
    @Schema(description = "The reason for people, in English.") String text,
    @Nullable @Schema(description = "The other item it goes with.") String itemId,
    @Nullable @Schema(description = "Visits (or orders) that held both.") Long support,
    @Nullable @Schema(description = "The category.") String category,
    @Nullable @Schema(description = "The brand.") String brand,
    @Nullable @Schema(description = "Share of the user's interest, 0 to 1.") Double share,
    @Nullable @Schema(description = "What both items have in common.") List<String> shared) {

  static Reason of(String code, String text) {
    return new Reason(code, text, null, null, null, null, null, null);
  }

  static Reason ofCategory(String code, String text, @Nullable String category) {
    return new Reason(code, text, null, null, category, null, null, null);
  }
}
