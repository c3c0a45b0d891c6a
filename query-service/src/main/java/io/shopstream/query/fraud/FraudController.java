package io.shopstream.query.fraud;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.shopstream.events.EntityVelocity;
import io.shopstream.events.FraudModelAction;
import io.shopstream.events.FraudModelCommand;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.collector.EventWriter;
import io.shopstream.query.json.Ids;
import io.shopstream.query.problem.EdgeAnswers;
import io.shopstream.query.problem.Parameters;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.scores.ScoreAnswer;
import io.shopstream.query.scores.ScoreConfiguration;
import io.shopstream.query.scores.Scores;
import io.shopstream.query.state.ReadState;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Scores out, and what people find back in. */
@EdgeAnswers
@Controller("/v1")
@Tag(name = "fraud", description = "The risk of orders: scores, reasons, reviews, the model.")
@ApiResponse(
    responseCode = "400",
    description = "The request breaks a rule; errors names the fields.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "503",
    description = "State or Kafka do not answer now; try again after Retry-After seconds.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
final class FraudController {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final int MAX_CASES = 200;
  private static final int USUAL_CASES = 50;
  private static final Pattern WAIT = Pattern.compile("([0-9]{1,6})(ms|s)");
  private static final Set<String> TYPES =
      Set.of("user", "card", "device", "ip", "email", "address", "seller");

  private final Scores scores;
  private final ScoreConfiguration config;
  private final Reviews reviews;
  private final StateClient state;
  private final EventWriter writer;
  private final Clock clock;

  FraudController(
      Scores scores,
      ScoreConfiguration config,
      Reviews reviews,
      StateClient state,
      EventWriter writer,
      Clock clock) {
    this.scores = scores;
    this.config = config;
    this.reviews = reviews;
    this.state = state;
    this.writer = writer;
    this.clock = clock;
  }

  @Get("/orders/{id}/fraud-score")
  @Operation(
      summary = "The risk of an order",
      description =
          "Probability, decision and reasons. With wait it blocks until the order is scored; when"
              + " that takes longer the answer is the configured decision, with decided_by policy.")
  @ApiResponse(responseCode = "200", description = "The score.")
  @ApiResponse(
      responseCode = "404",
      description = "The order has not been scored; wait was not given.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<ScoreAnswer> score(
      @PathVariable String id,
      @Nullable
          @QueryValue
          @Parameter(description = "How long to wait at most, as 500ms or 2s; at most 10s.")
          String wait) {
    var order = Ids.checked("id", id);
    if (wait != null) {
      return scores.await(order, duration(wait), true);
    }
    return scores
        .score(order)
        .thenApply(
            score ->
                score
                    .map(ScoreAnswer::of)
                    .orElseThrow(
                        () -> ProblemException.notFound("The order has not been scored.")));
  }

  private Duration duration(String wait) {
    var given = WAIT.matcher(wait);
    if (given.matches()) {
      var number = Long.parseLong(given.group(1));
      var duration =
          given.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
      if (duration.compareTo(config.maxWait()) <= 0) {
        return duration;
      }
    }
    throw ProblemException.invalid(
        "wait", "must be a time as 500ms or 2s, at most " + config.maxWait().toMillis() + "ms");
  }

  @Get("/entities/{type}/{id}/velocity")
  @Operation(
      summary = "What a party to orders did lately",
      description =
          "Orders and sums by window, distinct partners, known frauds; of a user, card, device, ip,"
              + " email, address or seller.")
  @ApiResponse(responseCode = "200", description = "The velocity.")
  @ApiResponse(
      responseCode = "404",
      description = "No order of this party was seen.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<VelocityAnswer> velocity(@PathVariable String type, @PathVariable String id) {
    if (!TYPES.contains(type)) {
      throw ProblemException.invalid(
          "type", "must be one of user, card, device, ip, email, address, seller");
    }
    var party = Ids.checked("id", id);
    return state
        .read(StateStore.FRAUD_ENTITIES, List.of(StateStore.entityKey(type, party)))
        .thenApply(
            rows -> {
              if (rows.get(0) instanceof StateRow.Found found) {
                return VelocityAnswer.of(
                    type,
                    party,
                    AvroBinary.decode(found.bytes(), EntityVelocity.class),
                    ReadState.of(rows));
              }
              if (rows.get(0) instanceof StateRow.Absent) {
                throw ProblemException.notFound("No order of this " + type + " was seen.");
              }
              throw ProblemException.unavailable(
                  "No instance of streams-app that holds this " + type + " answers just now.",
                  RETRY_AFTER);
            });
  }

  @Get("/fraud/reviews")
  @Operation(
      summary = "Orders to look at",
      description =
          "The queue of orders with the decision review, the riskiest first, with scores and"
              + " reasons.")
  @ApiResponse(responseCode = "200", description = "The queue.")
  CompletableFuture<ReviewsAnswer> reviews(
      @Nullable @QueryValue @Parameter(description = "Orders in the answer, 1 to 200.")
          String limit) {
    return reviews.riskiest(Parameters.number("limit", limit, 1, MAX_CASES, USUAL_CASES));
  }

  @Post("/fraud/reviews/{id}")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Decide a review",
      description =
          "What a person found counts as the outcome of the order: it leaves the queue, and model"
              + " and features learn from it.")
  @ApiResponse(responseCode = "202", description = "Taken.")
  @ApiResponse(
      responseCode = "404",
      description = "The order has not been scored.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  CompletableFuture<Taken> decide(@PathVariable String id, @Body ReviewDecision found) {
    var order = Ids.checked("id", id);
    var label =
        switch (found.decision() == null ? "" : found.decision()) {
          case "legitimate" -> OutcomeLabel.LEGITIMATE;
          case "fraud" -> OutcomeLabel.CHARGEBACK;
          default -> throw ProblemException.invalid("decision", "must be legitimate or fraud");
        };
    return scores
        .score(order)
        .thenCompose(
            score -> {
              if (score.isEmpty()) {
                throw ProblemException.notFound("The order has not been scored.");
              }
              var outcome = new OrderOutcome(order, label, clock.millis(), "review");
              return writer.write(Topics.ORDER_OUTCOMES, order, outcome);
            })
        .thenApply(done -> new Taken("the order is " + found.decision()));
  }

  @Put("/fraud/model/{version}")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Put a model back",
      description =
          "Orders are scored by this version until it is released; learning goes on. The last 30"
              + " versions are kept, and version 0, the one before the first outcome.")
  @ApiResponse(responseCode = "202", description = "Taken; the scores name the version.")
  CompletableFuture<Taken> pin(@PathVariable String version) {
    var number = Parameters.number("version", version, 0, Integer.MAX_VALUE, 0);
    return command(FraudModelAction.PIN, number)
        .thenApply(done -> new Taken("model " + number + " scores, if it is kept"));
  }

  @Delete("/fraud/model")
  @Status(HttpStatus.ACCEPTED)
  @Operation(
      summary = "Release the model",
      description = "Orders are scored by the newest model again.")
  @ApiResponse(responseCode = "202", description = "Taken.")
  CompletableFuture<Taken> release() {
    return command(FraudModelAction.RELEASE, 0)
        .thenApply(done -> new Taken("the newest model scores"));
  }

  private CompletableFuture<Void> command(FraudModelAction action, long version) {
    return writer.write(
        Topics.FRAUD_MODEL_COMMANDS, "model", new FraudModelCommand(action, version));
  }
}
