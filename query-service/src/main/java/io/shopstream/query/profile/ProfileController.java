package io.shopstream.query.profile;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.json.Ids;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Profiles out. */
@Controller("/v1/users")
@Tag(name = "users", description = "What is known of users.")
final class ProfileController {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final StateClient state;

  ProfileController(StateClient state) {
    this.state = state;
  }

  @Get("/{id}/profile")
  @Operation(
      summary = "A user's profile",
      description = "Of a user, or of a visitor before login; current to the last event.")
  @ApiResponse(responseCode = "200", description = "The profile.")
  @ApiResponse(
      responseCode = "404",
      description = "No event of this user was seen.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @ApiResponse(
      responseCode = "503",
      description =
          "No instance that holds the profile answers; try again after Retry-After seconds.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<ProfileAnswer> profile(@PathVariable String id) {
    return state
        .read(StateStore.USER_PROFILES, List.of(StateStore.key(Ids.checked("id", id))))
        .thenApply(
            rows -> {
              if (rows.get(0) instanceof StateRow.Found found) {
                return ProfileAnswer.of(
                    AvroBinary.decode(found.bytes(), UserProfile.class), ReadState.of(rows));
              }
              if (rows.get(0) instanceof StateRow.Absent) {
                throw ProblemException.notFound("No event of the user " + id + " was seen.");
              }
              throw ProblemException.unavailable(
                  "No instance of streams-app that holds the profile answers just now.",
                  RETRY_AFTER);
            });
  }
}
