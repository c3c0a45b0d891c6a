package io.shopstream.query.collector;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.scores.Scores;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.concurrent.CompletableFuture;

/** Events in: one object or a list of up to 10,000, acknowledged by Kafka before the answer. */
@EdgeAnswers
@Controller("/v1")
@Tag(name = "events in", description = "What happens in the shop, one object or a list of them.")
@ApiResponse(
    responseCode = "202",
    description = "Taken, at least one of them; Kafka has them on all replicas.",
    content = @Content(schema = @Schema(implementation = Receipt.class)))
@ApiResponse(
    responseCode = "400",
    description = "Nothing was taken; errors names the fields.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "413",
    description = "The body is too long; send fewer events at once.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "503",
    description = "Kafka does not take events now; try again after Retry-After seconds.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
final class CollectorController {

  private final Collector collector;
  private final EventKinds kinds;
  private final Scores scores;

  CollectorController(Collector collector, EventKinds kinds, Scores scores) {
    this.collector = collector;
    this.kinds = kinds;
    this.scores = scores;
  }

  @Post("/events")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Take clicks",
      description =
          "Views, baskets and searches. Give each an event_id: an event that is sent twice counts"
              + " once.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/Clicks"))))
  CompletableFuture<Receipt> events(@Body byte[] body) {
    return collector.take(body, kinds.click());
  }

  @Post("/orders")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Take orders",
      description =
          "Orders placed, and lines of orders taken back. The same order_id with the same content"
              + " is a duplicate and counts once.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/Orders"))))
  @ApiResponse(
      responseCode = "409",
      description = "The order id belongs to an order with other content.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<Receipt> orders(
      @Body byte[] body,
      @Nullable
          @QueryValue
          @Parameter(
              description =
                  "score: answer when the orders are scored, or with the configured decision when"
                      + " that takes too long.")
          String wait) {
    if (wait == null) {
      return collector.take(body, kinds.order());
    }
    if (!wait.equals("score")) {
      throw ProblemException.invalid("wait", "must be score, or left out");
    }
    return collector.takeAndScore(body, kinds.order(), scores);
  }

  @Post("/catalog/items")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Take catalogue items",
      description = "The whole item each time; what was said of it before is replaced.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/CatalogItems"))))
  CompletableFuture<Receipt> catalogItems(@Body byte[] body) {
    return collector.take(body, kinds.catalogItem());
  }

  @Post("/order-outcomes")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Take order outcomes",
      description = "What orders turned out to be: legitimate, or charged back.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/OrderOutcomes"))))
  CompletableFuture<Receipt> orderOutcomes(@Body byte[] body) {
    return collector.take(body, kinds.orderOutcome());
  }

  @Post("/identity-links")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Take identity links",
      description = "A visitor logged in: from now on visitor and user are one.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/IdentityLinks"))))
  CompletableFuture<Receipt> identityLinks(@Body byte[] body) {
    return collector.take(body, kinds.identityLink());
  }

  @Post("/impressions")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Take impressions of recommendations",
      description =
          "Lists of recommendations that were shown. A list counts once for a shopper, however"
              + " often it is sent.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/Impressions"))))
  CompletableFuture<Receipt> impressions(@Body byte[] body) {
    return collector.take(body, kinds.impression());
  }
}
