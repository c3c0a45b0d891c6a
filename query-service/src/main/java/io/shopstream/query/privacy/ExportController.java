package io.shopstream.query.privacy;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.shopstream.query.json.Ids;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.concurrent.CompletableFuture;

/** What is held of a user. */
@Controller("/v1/users")
@Tag(name = "users", description = "What is known of users.")
@EdgeAnswers
final class ExportController {

  private final Exports exports;

  ExportController(Exports exports) {
    this.exports = exports;
  }

  @Get("/{id}/export")
  @Operation(
      summary = "Everything held of a user",
      description =
          "The profile with its visit, the visitors that turned out to be the user, and what fraud scoring and the feedback on recommendations hold of all of them. Empty after an erasure.")
  @ApiResponse(responseCode = "200", description = "What is held; nothing is an answer too.")
  @ApiResponse(
      responseCode = "503",
      description = "Not every store answers; try again after Retry-After seconds.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<ExportAnswer> export(@PathVariable String id) {
    return exports.of(Ids.checked("id", id));
  }
}
