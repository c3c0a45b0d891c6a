package io.shopstream.streams.ops;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.shopstream.events.serde.AvroBinary;

/** The report of this instance, for other processes of Shopstream, beside the state endpoint. */
@Controller("/state/v1/report")
final class ReportController {

  private final InstanceReporter reporter;

  ReportController(InstanceReporter reporter) {
    this.reporter = reporter;
  }

  @Get(produces = "application/avro")
  byte[] report() {
    return AvroBinary.encode(reporter.latest());
  }
}
