package io.shopstream.query.ops;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.shopstream.query.problem.EdgeAnswers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/** How things are, for those who run them; what the last look of {@link OpsWatch} showed. */
@EdgeAnswers
@Controller("/v1/ops")
@Tag(name = "ops", description = "How things are, for those who run them.")
@ApiResponse(responseCode = "200", description = "What the last look showed.")
final class OpsController {

  private final LagMonitor lag;
  private final InstanceMonitor instances;
  private final TopicMonitor topics;
  private final ReviewQueueMonitor reviews;
  private final DeadLetterMonitor deadLetters;

  OpsController(
      LagMonitor lag,
      InstanceMonitor instances,
      TopicMonitor topics,
      ReviewQueueMonitor reviews,
      DeadLetterMonitor deadLetters) {
    this.lag = lag;
    this.instances = instances;
    this.topics = topics;
    this.reviews = reviews;
    this.deadLetters = deadLetters;
  }

  @Get("/lag")
  @Operation(
      summary = "Consumer lag",
      description =
          "How far behind every consumer group is, in records and in seconds: by what it has committed, and for the"
              + " applications of streams-app by what they have read. Looked at every two seconds.")
  ConsumerLag lag() {
    return lag.latest();
  }

  @Get("/lag/history")
  @Operation(
      summary = "Consumer lag of the last minutes",
      description = "How far behind every consumer group was, one point a look.")
  LagHistory lagHistory() {
    return lag.history();
  }

  @Get("/instances")
  @Operation(
      summary = "Instances of streams-app",
      description =
          "Tasks and standbys of each, restoring, sizes of stores, latency, memory of RocksDB. An instance that has"
              + " fallen silent is shown for five minutes more.")
  Instances instances() {
    return instances.latest();
  }

  @Get("/flow")
  @Operation(
      summary = "Records a second",
      description = "How many records a second flow into topics and through applications.")
  Flow flow() {
    var applications = instances.flows();
    return new Flow(instances.latest().timeMs(), topics.rates(applications), applications);
  }

  @Get("/fraud")
  @Operation(
      summary = "Fraud decisions and the review queue",
      description = "How many orders were approved, sent to review and declined; how many wait.")
  FraudFigures fraud() {
    var queue = reviews.latest();
    return new FraudFigures(
        instances.latest().timeMs(),
        instances.decisions(),
        queue.map(ReviewQueueMonitor.Size::waiting).orElse(null),
        queue.map(ReviewQueueMonitor.Size::dropped).orElse(null));
  }

  @Get("/dead-letters")
  @Operation(
      summary = "Dead letters",
      description =
          "Records that could not be read or broke a rule: how many by source, and why the newest were refused. Their"
              + " keys and values are not shown.")
  DeadLetterFigures deadLetters() {
    return new DeadLetterFigures(
        instances.latest().timeMs(), instances.deadLetters(), deadLetters.newest());
  }
}
