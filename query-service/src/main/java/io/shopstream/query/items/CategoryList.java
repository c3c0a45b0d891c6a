package io.shopstream.query.items;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The categories of the catalogue. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "CategoryList", description = "The categories of the catalogue.")
record CategoryList(
    @Schema(description = "Those of all levels, the largest first; at most 1,000.")
        List<Category> categories) {

  /** A category. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "Category", description = "A category of any level.")
  record Category(
      @Schema(description = "Its name.", example = "Candles & lights") String name,
      @Schema(description = "Items in it and below it.", example = "412") int items) {}
}
