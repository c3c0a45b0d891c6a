package io.shopstream.streams.state;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.shopstream.events.StateRequest;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The interactive-query endpoint: the stores of this instance over HTTP, in plain Avro binary. It
 * is for other processes of Shopstream, not for the public.
 */
@Controller("/state/v1")
final class StateController {

  static final String AVRO = "application/avro";
  private static final int MAX_KEYS = 1_000;
  private static final Map<String, StateStore> STORES =
      Arrays.stream(StateStore.values())
          .collect(Collectors.toUnmodifiableMap(StateStore::storeName, Function.identity()));

  private final StateReader reader;

  StateController(StateReader reader) {
    this.reader = reader;
  }

  @Get(value = "/metadata", produces = AVRO)
  byte[] metadata() {
    return AvroBinary.encode(reader.metadata());
  }

  @Post(value = "/stores/{store}", consumes = AVRO, produces = AVRO)
  HttpResponse<?> read(@PathVariable String store, @Body byte[] body) {
    var known = STORES.get(store);
    if (known == null) {
      return text(HttpStatus.NOT_FOUND, "No store is called " + store);
    }
    var request = AvroBinary.decode(body, StateRequest.class);
    if (request.getKeys().size() > MAX_KEYS) {
      return text(HttpStatus.BAD_REQUEST, "At most " + MAX_KEYS + " keys at once");
    }
    return HttpResponse.ok(AvroBinary.encode(reader.read(known, request)));
  }

  @Error
  HttpResponse<String> notHeldHere(StateReader.NotHeldHereException e) {
    return text(HttpStatus.MISDIRECTED_REQUEST, e.getMessage());
  }

  @Error
  HttpResponse<String> notReady(StateReader.NotReadyException e) {
    return text(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
  }

  @Error
  HttpResponse<String> malformed(IllegalArgumentException e) {
    return text(HttpStatus.BAD_REQUEST, e.getMessage());
  }

  private static HttpResponse<String> text(HttpStatus status, String message) {
    return HttpResponse.<String>status(status).contentType(MediaType.TEXT_PLAIN).body(message);
  }
}
