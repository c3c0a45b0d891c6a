package io.shopstream.query.profile;

import static io.shopstream.query.json.FieldRules.ids;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.shopstream.query.json.Ids;
import io.shopstream.query.json.JsonBody;
import io.shopstream.query.json.JsonShape;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Profiles out. */
@EdgeAnswers
@Controller("/v1/users")
@Tag(name = "users", description = "What is known of users.")
@ApiResponse(
    responseCode = "503",
    description = "No instance that holds the state answers; try again after Retry-After seconds.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
final class ProfileController {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final int MOST_IDS = 1_000;

  /** Users to read at once. Filled while it is read. */
  private static final class Query {
    private List<String> ids = List.of();
  }

  @SuppressWarnings("unchecked") // the setter gets what its field's rule makes
  private static final JsonShape<Query> QUERY =
      JsonShape.<Query>of(
              "a request for profiles",
              Query::new,
              Map.of("ids", (query, value) -> query.ids = (List<String>) value))
          .required("ids", ids(1, MOST_IDS));

  private final Profiles profiles;

  ProfileController(Profiles profiles) {
    this.profiles = profiles;
  }

  @Get("/{id}/profile")
  @Operation(
      summary = "A user's profile",
      description =
          "Of a user, or of a visitor before login; current to the last event. A visitor who turned"
              + " out to be a user has that user's.")
  @ApiResponse(responseCode = "200", description = "The profile.")
  @ApiResponse(
      responseCode = "404",
      description = "No event of this user was seen.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<ProfileAnswer> profile(@PathVariable String id) {
    return profiles
        .of(List.of(Ids.checked("id", id)))
        .thenApply(
            found -> {
              var profile = found.profiles().get(id);
              if (profile != null) {
                return ProfileAnswer.of(profile, found.state());
              }
              if (found.unavailable().isEmpty()) {
                throw ProblemException.notFound("No event of the user " + id + " was seen.");
              }
              throw unavailable();
            });
  }

  @Post("/profiles")
  @Operation(
      summary = "Profiles of many users",
      description = "Up to 1,000 at once, of users or of visitors before login.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/ProfilesQuery"))))
  @ApiResponse(responseCode = "200", description = "What was found, and what was not.")
  @ApiResponse(
      responseCode = "400",
      description = "The request breaks a rule; errors names the field.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<ProfilesAnswer> profiles(@Body byte[] body) {
    var ids = new ArrayList<>(new LinkedHashSet<>(JsonBody.object(body, QUERY).ids));
    return profiles
        .of(ids)
        .thenApply(
            found ->
                new ProfilesAnswer(
                    ids.stream()
                        .filter(found.profiles()::containsKey)
                        .map(
                            id ->
                                new ProfilesAnswer.Asked(
                                    id, ProfileAnswer.of(found.profiles().get(id), null)))
                        .toList(),
                    ids.stream()
                        .filter(
                            id ->
                                !found.profiles().containsKey(id)
                                    && !found.unavailable().contains(id))
                        .toList(),
                    List.copyOf(found.unavailable()),
                    found.state()));
  }

  private static ProblemException unavailable() {
    return ProblemException.unavailable(
        "No instance of streams-app that holds the profile answers just now.", RETRY_AFTER);
  }
}
