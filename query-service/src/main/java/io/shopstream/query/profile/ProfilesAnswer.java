package io.shopstream.query.profile;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** Profiles of many users at once. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "UserProfiles", description = "Profiles of many users at once.")
record ProfilesAnswer(
    @Schema(description = "Those that were found, in the order asked.") List<Asked> profiles,
    @Schema(description = "Ids of which no event was seen.") List<String> unknown,
    @Schema(description = "Ids that nobody answered for in time; ask for them again.")
        List<String> unavailable,
    ReadState state) {

  /** One of them. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "AskedProfile", description = "A profile by the id that was asked for.")
  record Asked(
      @Schema(description = "The id that was asked for.") String id,
      @Schema(description = "Of this id, or of the user that the visitor turned out to be.")
          ProfileAnswer profile) {}
}
