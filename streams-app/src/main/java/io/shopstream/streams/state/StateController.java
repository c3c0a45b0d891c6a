package io.shopstream.streams.state;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.shopstream.events.serde.AvroBinary;

/**
 * Who holds what, in plain Avro binary, for other processes of Shopstream. The rows themselves are
 * read through {@link StateReads}.
 */
@Controller("/state/v1")
final class StateController {

  static final String AVRO = "application/avro";

  private final StateReader reader;

  StateController(StateReader reader) {
    this.reader = reader;
  }

  @Get(value = "/metadata", produces = AVRO)
  byte[] metadata() {
    return AvroBinary.encode(reader.metadata());
  }

  @Error
  HttpResponse<String> notReady(StateReader.NotReadyException e) {
    return HttpResponse.<String>serverError()
        .status(503)
        .contentType(MediaType.TEXT_PLAIN)
        .body(e.getMessage());
  }
}
