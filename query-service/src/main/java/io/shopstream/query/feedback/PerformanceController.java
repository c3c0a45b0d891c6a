package io.shopstream.query.feedback;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.shopstream.query.problem.EdgeAnswers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/** What becomes of recommendations. */
@EdgeAnswers
@Controller("/v1/recommendations")
@Tag(name = "recommendations", description = "What goes with an item, a basket, a visit, a user.")
final class PerformanceController {

  private final Performance performance;

  PerformanceController(Performance performance) {
    this.performance = performance;
  }

  @Get("/performance")
  @Operation(
      summary = "What becomes of recommendations",
      description =
          "Impressions, clicks and orders by place, variant and strategy since the topics began,"
              + " about a second behind. The same is in the metrics recommendations_*.")
  @ApiResponse(responseCode = "200", description = "The totals; empty when nothing was reported.")
  PerformanceAnswer performance() {
    return new PerformanceAnswer(
        performance.totals().stream().map(PerformanceAnswer.Entry::of).toList());
  }
}
