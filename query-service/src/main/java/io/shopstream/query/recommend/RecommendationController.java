package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.http.sse.Event;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.json.Ids;
import io.shopstream.query.json.JsonBody;
import io.shopstream.query.json.JsonShape;
import io.shopstream.query.problem.EdgeAnswers;
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
import org.reactivestreams.Publisher;

/** Recommendations out. */
@EdgeAnswers
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

  private final Recommender recommender;
  private final LiveRecommendations live;
  private final JsonShape<VisitQuery> visitQuery;

  RecommendationController(
      Recommender recommender,
      LiveRecommendations live,
      Clock clock,
      CollectorConfiguration config) {
    this.recommender = recommender;
    this.live = live;
    this.visitQuery = VisitQuery.shape(clock, config.clockTolerance());
  }

  @Get("/items/{id}/similar")
  @Operation(
      summary = "What goes with an item",
      description =
          "Never empty while the rules let anything through: an item that nobody has seen yet gets"
              + " what the catalogue says is like it, then what trends.")
  CompletableFuture<SimilarItems> similar(
      @PathVariable String id,
      @RequestBean RuleParameters rules,
      @Parameter(description = "The user (or visitor) it is for: for exclude_bought and tastes.")
          @Nullable
          @QueryValue("user_id")
          String userId) {
    return recommender.similar(Ids.checked("id", id), rules.wishes(true));
  }

  @Get("/users/{id}/recommendations")
  @Operation(
      summary = "What to show to a user",
      description =
          "From the current or last visit and basket of the user, or of a visitor before login;"
              + " then from their tastes, from what is like the items of the visit, and from what"
              + " trends. Never empty while the rules let anything through.")
  CompletableFuture<Recommendations> forUser(
      @PathVariable String id, @RequestBean RuleParameters rules) {
    return recommender.forUser(Ids.checked("id", id), rules.wishes(false));
  }

  @Get(value = "/users/{id}/recommendations/stream", produces = MediaType.TEXT_EVENT_STREAM)
  @Operation(
      summary = "What to show to a user, again whenever they do something",
      description =
          "Server-sent events. An event «recommendations» now, and one within a poll interval (a"
              + " quarter of a second unless configured) of each event of the user that streams-app"
              + " has taken in; its data is what the address without /stream answers, its id the"
              + " recommendation_id. An event «heartbeat» when nothing happens for a while. A slow"
              + " reader gets the newest list only.")
  @ApiResponse(
      responseCode = "200",
      description = "A stream of events.",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM,
              schema = @Schema(implementation = Recommendations.class)))
  Publisher<Event<Object>> stream(@PathVariable String id, @RequestBean RuleParameters rules) {
    return live.listen(Ids.checked("id", id), rules.wishes(false));
  }

  @Post("/recommendations")
  @Operation(
      summary = "What to show next to a visit or a basket",
      description =
          "No user is needed: the items are in the body, the newest last. The fields for the rules"
              + " are those of the parameters elsewhere, and take longer lists.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(ref = "#/components/schemas/VisitQuery"))))
  CompletableFuture<Recommendations> forVisit(@Body byte[] body) {
    var query = JsonBody.object(body, visitQuery);
    return recommender.forVisit(query.itemsNewestLast(), query.basketNewestLast(), query);
  }
}
