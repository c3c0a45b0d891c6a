package io.shopstream.query.profile;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** Everything that is held of a user by the profiles. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "UserExport", description = "Everything that the profiles hold of a user.")
record ExportAnswer(
    @Schema(description = "The id that was asked for.") String id,
    @Schema(description = "When this was read.") Instant time,
    @Nullable @Schema(description = "The profile, with its visit.") ProfileAnswer profile,
    @Schema(description = "Visitors that turned out to be this user.") List<Visitor> visitors,
    @Schema(description = "What else is kept for a time, and for how long.") List<String> kept) {

  /** What is kept beside the profile, in words: it is not stored by user. */
  static final List<String> KEPT =
      List.of(
          "64-bit fingerprints of the ids of events, for 30 days after the last one arrived",
          "64-bit fingerprints of the ids of the last 8 orders and of the last 4 devices, in the profile",
          "the events themselves, in the topics clickstream and orders, for 90 days",
          "changes of the profile, in the topic profile-changes, for 7 days");

  /** A visitor that turned out to be the user. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "ExportedVisitor", description = "A visitor that turned out to be the user.")
  record Visitor(
      @Schema(description = "The visitor.") String visitorId,
      @Schema(description = "When it became known.") Instant time) {}
}
