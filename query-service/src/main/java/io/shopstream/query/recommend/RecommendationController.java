package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.json.Ids;
import io.shopstream.query.json.JsonBody;
import io.shopstream.query.json.JsonShape;
import io.shopstream.query.problem.Parameters;
import io.shopstream.query.problem.Problem;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** Recommendations out. */
@Controller("/v1")
@Tag(name = "recommendations", description = "What goes with an item, a basket, a visit, a user.")
@ApiResponse(responseCode = "200", description = "Best first; items not available are left out.")
@ApiResponse(
    responseCode = "400",
    description = "The request breaks a rule; errors names the field.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "503",
    description = "No instance that holds the state answers; try again after Retry-After seconds.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
final class RecommendationController {

  static final int DEFAULT_LIMIT = 10;
  static final int MOST_LIMIT = 100;

  private final Recommender recommender;
  private final JsonShape<VisitQuery> visitQuery;

  RecommendationController(Recommender recommender, Clock clock, CollectorConfiguration config) {
    this.recommender = recommender;
    this.visitQuery = VisitQuery.shape(clock, config.clockTolerance());
  }

  @Get("/items/{id}/similar")
  @Operation(
      summary = "What goes with an item",
      description = "An item that nobody has seen yet has an empty list.")
  CompletableFuture<SimilarItems> similar(
      @PathVariable String id,
      @Parameter(
              description = "How many items, at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "10"))
          @Nullable
          @QueryValue
          String limit,
      @Parameter(
              description = "From visits or from orders.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"viewed", "bought"},
                      defaultValue = "viewed"))
          @Nullable
          @QueryValue
          String kind) {
    return recommender.similar(Ids.checked("id", id), Evidence.parse(kind), limit(limit));
  }

  @Get("/users/{id}/recommendations")
  @Operation(
      summary = "What to show to a user",
      description =
          "From the items of the current or last visit of the user, or of a visitor before login.")
  CompletableFuture<Recommendations> forUser(
      @PathVariable String id,
      @Parameter(
              description = "How many items, at most.",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "10"))
          @Nullable
          @QueryValue
          String limit,
      @Parameter(
              description = "From visits or from orders.",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {"viewed", "bought"},
                      defaultValue = "viewed"))
          @Nullable
          @QueryValue
          String kind) {
    return recommender.forUser(Ids.checked("id", id), Evidence.parse(kind), limit(limit));
  }

  @Post("/recommendations")
  @Operation(
      summary = "What to show next to a visit or a basket",
      description = "No user is needed: the items are in the body, the newest last.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/VisitQuery"))))
  CompletableFuture<Recommendations> forVisit(@Body byte[] body) {
    var query = JsonBody.object(body, visitQuery);
    return recommender.forVisit(query.itemsNewestLast(), query.kind(), query.limit());
  }

  private static int limit(String given) {
    return Parameters.number("limit", given, 1, MOST_LIMIT, DEFAULT_LIMIT);
  }
}
