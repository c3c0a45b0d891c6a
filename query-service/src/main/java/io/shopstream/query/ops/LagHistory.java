package io.shopstream.query.ops;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** How far behind each group was lately. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "LagHistory", description = "How far behind each group was in the last minutes.")
record LagHistory(@Schema(description = "In the order of their names.") List<Group> groups) {

  /** One group. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "GroupLagHistory", description = "How far behind a group was.")
  record Group(
      @Schema(description = "Its id.") String group,
      @Schema(description = "Oldest first, one a look.") List<Point> points) {}

  /** One look. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "LagPoint", description = "How far behind a group was at a time.")
  record Point(
      @Schema(description = "When, in milliseconds since 1970-01-01 UTC.") long timeMs,
      @Schema(description = "By commit.") long lagRecords,
      @Schema(description = "By commit.") double lagSeconds) {}
}
