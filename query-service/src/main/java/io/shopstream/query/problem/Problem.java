package io.shopstream.query.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;

/**
 * Why a request was not served, as {@code application/problem+json} (RFC 9457).
 *
 * @param type stable name of the kind of problem
 * @param title the kind of problem in words
 * @param status HTTP status
 * @param detail what happened here, and what to do
 * @param accepted how many events of the request were taken all the same; null where none could be
 * @param errors what is wrong, field by field; empty when no field is to blame
 * @param instance names this one request, as the log does; null until it is answered
 */
@Serdeable
@Schema(name = "Problem", description = "Why a request was not served (RFC 9457).")
public record Problem(
    @Schema(description = "Stable name of the kind of problem.") String type,
    @Schema(description = "The kind of problem in words.") String title,
    @Schema(description = "HTTP status.") int status,
    @Nullable @Schema(description = "What happened here, and what to do.") String detail,
    @Nullable @Schema(description = "How many events of the request were taken all the same.")
        Integer accepted,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @Schema(description = "What is wrong, field by field.")
        List<FieldError> errors,
    @Nullable
        @Schema(
            description =
                "Names this request, as the log does: urn:shopstream:request:X-Request-Id.")
        String instance) {

  /** Media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** Attribute of a request that holds its name, as {@code X-Request-Id} tells it. */
  public static final String REQUEST_ID = "io.shopstream.request-id";

  /** 500: it is the service's own fault. */
  public static Problem unexpected() {
    return of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "The service failed on this request; its log says why. Nothing in the request needs to change.",
        List.of());
  }

  /** A problem of the kind that the status names. */
  static Problem of(HttpStatus status, String detail, List<FieldError> errors) {
    return new Problem(
        ProblemException.type(status.name().toLowerCase(Locale.ROOT).replace('_', '-')),
        status.getReason(),
        status.getCode(),
        detail,
        null,
        errors,
        null);
  }

  /** The same, told of one request. */
  Problem of(HttpRequest<?> request) {
    return request.getAttribute(REQUEST_ID, String.class).map(this::of).orElse(this);
  }

  /** The same, told of the request with this name. */
  public Problem of(String requestId) {
    return new Problem(
        type, title, status, detail, accepted, errors, "urn:shopstream:request:" + requestId);
  }
}
