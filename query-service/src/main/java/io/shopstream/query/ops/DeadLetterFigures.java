package io.shopstream.query.ops;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** What could not be read or broke a rule. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(
    name = "DeadLetters",
    description = "Records that could not be read or broke a rule: how many, and the newest.")
record DeadLetterFigures(
    @Schema(description = "When it was looked at, in milliseconds since 1970-01-01 UTC.")
        long timeMs,
    @Schema(description = "By application and the topic they came from.") List<Count> counts,
    @Schema(description = "The newest, newest first, at most 20.") List<Letter> newest) {

  /** How many came from one topic. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "DeadLetterCount", description = "Dead letters of an application from one topic.")
  record Count(
      @Schema(description = "The application that could not use them.") String application,
      @Schema(description = "The topic they came from.") String topic,
      @Schema(description = "Records since the instances started.") long records) {}

  /** One of them; neither its key nor its value, which may be about a person. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "DeadLetter", description = "A dead letter, without its key and value.")
  record Letter(
      @Schema(description = "When it became one.") Instant time,
      @Nullable @Schema(description = "The topic it came from.") String topic,
      @Nullable @Schema(description = "The partition there.") Integer partition,
      @Nullable @Schema(description = "The offset there.") Long offset,
      @Nullable @Schema(description = "What failed.") String exception,
      @Nullable @Schema(description = "Why, at most 200 characters.") String message) {}
}
