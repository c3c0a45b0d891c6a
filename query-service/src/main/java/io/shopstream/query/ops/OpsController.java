package io.shopstream.query.ops;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.shopstream.query.problem.EdgeAnswers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/** How things are, for those who run them. */
@EdgeAnswers
@Controller("/v1/ops")
@Tag(name = "ops", description = "How things are, for those who run them.")
final class OpsController {

  private final LagMonitor monitor;

  OpsController(LagMonitor monitor) {
    this.monitor = monitor;
  }

  @Get("/lag")
  @Operation(
      summary = "Consumer lag",
      description =
          "How far behind every consumer group is, in records and in seconds, by what it has"
              + " committed. Looked at every two seconds.")
  @ApiResponse(responseCode = "200", description = "What the last look showed.")
  ConsumerLag lag() {
    return monitor.latest();
  }
}
