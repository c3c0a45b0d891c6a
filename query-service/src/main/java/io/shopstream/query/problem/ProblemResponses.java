package io.shopstream.query.problem;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import jakarta.inject.Singleton;
import java.util.List;

/** Gives the errors that the framework finds (no such route, body too long …) the same form. */
@Singleton
@Primary
final class ProblemResponses implements ErrorResponseProcessor<Problem> {

  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    var status = response.status();
    var problem =
        status == HttpStatus.INTERNAL_SERVER_ERROR
            ? Problem.unexpected()
            : Problem.of(status, detail(context, status), errors(context));
    return response
        .contentType(MediaType.of(Problem.MEDIA_TYPE))
        .body(problem.of(context.getRequest()));
  }

  private static String detail(ErrorContext context, HttpStatus status) {
    return switch (status) {
      case UNSUPPORTED_MEDIA_TYPE ->
          "The body must be JSON: send the header Content-Type: application/json.";
      case REQUEST_ENTITY_TOO_LARGE ->
          "The body (or the headers) is longer than the service takes; send fewer events at once.";
      case NOT_FOUND -> "There is nothing under this address; /docs shows what there is.";
      default -> context.hasErrors() ? context.getErrors().get(0).getMessage() : status.getReason();
    };
  }

  private static List<FieldError> errors(ErrorContext context) {
    return context.getRootCause().orElse(null) instanceof UnsatisfiedRouteException route
        ? List.of(FieldError.of(route.getArgument().getName(), "is required"))
        : List.of();
  }
}
