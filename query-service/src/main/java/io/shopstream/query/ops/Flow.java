package io.shopstream.query.ops;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** How many records a second flow where. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(
    name = "Flow",
    description = "How many records a second flow where, over the last ten seconds.")
record Flow(
    @Schema(description = "When it was looked at, in milliseconds since 1970-01-01 UTC.")
        long timeMs,
    @Schema(description = "In the order of the data flow.") List<Rate> topics,
    @Schema(description = "In the order of their names.") List<Application> applications) {

  /** Records a second of a topic. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "TopicRate", description = "Records a second of a topic.")
  record Rate(
      @Schema(description = "The topic.") String topic,
      @Schema(
              description =
                  "Records a second: what the applications write, and for topics that they do not write to, by"
                      + " offsets.")
          double recordsPerSecond) {}

  /** One application, all instances together. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "ApplicationFlow", description = "An application, all instances together.")
  record Application(
      @Schema(description = "Its id.") String application,
      @Schema(description = "What it reads.") List<Rate> reads,
      @Schema(description = "What it writes, changelogs left out.") List<Rate> writes,
      @Nullable
          @Schema(description = "Mean time from append to processed, of the slowest instance.")
          Double latencyAvgMs,
      @Nullable @Schema(description = "The slowest record of the last minute.")
          Double latencyMaxMs) {}
}
