package io.shopstream.query.collector;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Status;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.events.Erasure;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.json.Ids;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.profile.FreshClicks;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Takes the wish to be forgotten; every application that holds something of the user reads it. */
@EdgeAnswers
@Controller("/v1/users")
@Tag(name = "users", description = "What is known of users.")
final class ErasureController {

  private final EventPublisher publisher;
  private final FreshClicks freshClicks;
  private final CollectorConfiguration config;
  private final Clock clock;

  ErasureController(
      EventPublisher publisher,
      FreshClicks freshClicks,
      CollectorConfiguration config,
      Clock clock) {
    this.publisher = publisher;
    this.freshClicks = freshClicks;
    this.config = config;
    this.clock = clock;
  }

  /**
   * What was asked for.
   *
   * @param erasureId its id, for the log of who asked
   * @param time events of the user up to then are erased, and stay out however late they come
   */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "ErasureReceipt", description = "An erasure that was asked for.")
  record Receipt(
      @Schema(description = "Its id, for the log of who asked.") String erasureId,
      @Schema(description = "Events up to then are erased, and stay out however late they come.")
          Instant time) {}

  @Delete("/{id}")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Erase a user",
      description =
          "Profile, visit, features and linked visitors, in every store; in the changelogs within a"
              + " day. Kafka has the order when this answers; it is carried out within seconds.")
  @ApiResponse(
      responseCode = "202",
      description = "Taken; also when nothing is known of the user.",
      content = @Content(schema = @Schema(implementation = Receipt.class)))
  @ApiResponse(
      responseCode = "400",
      description = "The id is none.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @ApiResponse(
      responseCode = "503",
      description = "Kafka does not take it now; try again after Retry-After seconds.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<Receipt> erase(@PathVariable String id) {
    var erasure = new Erasure(UUID.randomUUID().toString(), Ids.checked("id", id), clock.millis());
    var receipt = new CompletableFuture<Receipt>();
    publisher.publish(
        Topics.ERASURES,
        erasure.getUserId(),
        erasure,
        failure -> {
          if (failure == null) {
            freshClicks.forget(erasure.getUserId());
            receipt.complete(
                new Receipt(erasure.getErasureId(), Instant.ofEpochMilli(erasure.getTimeMs())));
          } else {
            receipt.completeExceptionally(
                ProblemException.unavailable(
                    "Kafka did not acknowledge the erasure in time; ask again.",
                    config.retryAfter()));
          }
        });
    return receipt;
  }
}
