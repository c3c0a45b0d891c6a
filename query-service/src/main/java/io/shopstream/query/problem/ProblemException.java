package io.shopstream.query.problem;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ends a request with a {@link Problem}. It says what the client did, so it keeps no stack. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final transient @Nullable Duration retryAfter;
  private final transient @Nullable String challenge;

  private ProblemException(
      Problem problem, @Nullable Duration retryAfter, @Nullable String challenge) {
    super(problem.title(), null, false, false);
    this.problem = problem;
    this.retryAfter = retryAfter;
    this.challenge = challenge;
  }

  /** 400: the request breaks a rule; the errors name the fields. */
  public static ProblemException invalid(List<FieldError> errors) {
    return invalid("The request was refused; errors says why, field by field.", errors);
  }

  /** 400 with a sentence of its own. */
  public static ProblemException invalid(String detail, List<FieldError> errors) {
    return of(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", detail, errors);
  }

  /** 400: one field breaks a rule. */
  public static ProblemException invalid(String field, String reason) {
    return invalid(List.of(FieldError.of(field, reason)));
  }

  /** 400: the body is not JSON. */
  public static ProblemException malformed(String detail) {
    return of(HttpStatus.BAD_REQUEST, "malformed-json", "Malformed JSON", detail, List.of());
  }

  /**
   * 401: the request has no key that is in force.
   *
   * @param challenge what the header WWW-Authenticate says
   */
  public static ProblemException unauthorized(String detail, String challenge) {
    return new ProblemException(
        problem(HttpStatus.UNAUTHORIZED, "unauthorized", "Unauthorized", detail, List.of()),
        null,
        challenge);
  }

  /** 403: the key is in force, but not for this. */
  public static ProblemException forbidden(String detail) {
    return of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", detail, List.of());
  }

  /** 413: the body is too long. */
  public static ProblemException tooLarge(String detail) {
    return of(
        HttpStatus.REQUEST_ENTITY_TOO_LARGE,
        "request-entity-too-large",
        "Request Entity Too Large",
        detail,
        List.of());
  }

  /** 415: the body comes in a form that is not taken. */
  public static ProblemException unsupported(String detail) {
    return of(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "Unsupported Media Type",
        detail,
        List.of());
  }

  /** 429: the client is faster than it may be. */
  public static ProblemException tooManyRequests(String detail, Duration retryAfter) {
    return new ProblemException(
        problem(
            HttpStatus.TOO_MANY_REQUESTS,
            "too-many-requests",
            "Too many requests",
            detail,
            List.of()),
        retryAfter,
        null);
  }

  /** 404: there is no such thing. */
  public static ProblemException notFound(String detail) {
    return of(HttpStatus.NOT_FOUND, "not-found", "Not found", detail, List.of());
  }

  /** 409: an order id was used before for another order. */
  public static ProblemException conflict(String detail, List<FieldError> errors) {
    return of(HttpStatus.CONFLICT, "order-id-in-use", "Order id in use", detail, errors);
  }

  /** 503: try again after a while. */
  public static ProblemException unavailable(String detail, Duration retryAfter) {
    return unavailable(detail, retryAfter, null, List.of());
  }

  /** 503 for a batch of which some events were taken. */
  public static ProblemException unavailable(
      String detail, Duration retryAfter, @Nullable Integer accepted, List<FieldError> errors) {
    var problem =
        new Problem(
            type("unavailable"),
            "Temporarily unavailable",
            HttpStatus.SERVICE_UNAVAILABLE.getCode(),
            detail,
            accepted,
            List.copyOf(errors),
            null);
    return new ProblemException(problem, retryAfter, null);
  }

  /** What to answer. */
  public Problem problem() {
    return problem;
  }

  /** How long the client should wait before it tries again. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** The same as the header Retry-After says it: in whole seconds, 1 at least. */
  public Optional<String> retryAfterSeconds() {
    return retryAfter().map(wait -> Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
  }

  /** What the header WWW-Authenticate says, where a key is asked for. */
  public Optional<String> challenge() {
    return Optional.ofNullable(challenge);
  }

  static String type(String name) {
    return "urn:shopstream:problem:" + name;
  }

  private static ProblemException of(
      HttpStatus status, String type, String title, String detail, List<FieldError> errors) {
    return new ProblemException(problem(status, type, title, detail, errors), null, null);
  }

  private static Problem problem(
      HttpStatus status, String type, String title, String detail, List<FieldError> errors) {
    return new Problem(
        type(type), title, status.getCode(), detail, null, List.copyOf(errors), null);
  }
}
