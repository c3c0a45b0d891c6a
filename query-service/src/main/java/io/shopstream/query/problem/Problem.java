package io.shopstream.query.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * Why a request was not served, as {@code application/problem+json} (RFC 9457).
 *
 * @param type stable name of the kind of problem
 * @param title the kind of problem in words
 * @param status HTTP status
 * @param detail what happened here, and what to do
 * @param accepted how many events of the request were taken all the same; null where none could be
 * @param errors what is wrong, field by field; empty when no field is to blame
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
        List<FieldError> errors) {

  /** Media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";
}
