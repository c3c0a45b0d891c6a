package io.shopstream.query.problem;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * One thing that is wrong with a request.
 *
 * @param index place of the event in the batch, counted from 0; null outside a batch
 * @param field name of the field, with the path to it: {@code lines[2].quantity}; null when the
 *     event as a whole is meant
 * @param reason what is wrong with it, and what it must be
 */
@Serdeable
@Schema(name = "FieldError", description = "One thing that is wrong with a request.")
public record FieldError(
    @Nullable @Schema(description = "Place of the event in the batch, from 0.") Integer index,
    @Nullable @Schema(description = "Name of the field, with its path: lines[2].quantity.")
        String field,
    @Schema(description = "What is wrong with it, and what it must be.") String reason) {

  /** An error of a request that is no batch. */
  public static FieldError of(String field, String reason) {
    return new FieldError(null, field, reason);
  }
}
