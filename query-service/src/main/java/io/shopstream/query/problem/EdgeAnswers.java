package io.shopstream.query.problem;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes what the edge of the service may answer in the place of every controller. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ApiResponse(
    responseCode = "401",
    description = "Keys are configured, and the request has none that is in force.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "403",
    description = "The key is in force, but has not the role that this takes.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "429",
    description =
        "More requests than the key (or address) may send; Retry-After tells how long to wait.",
    content =
        @Content(
            mediaType = Problem.MEDIA_TYPE,
            schema = @Schema(implementation = Problem.class),
            examples =
                @ExampleObject(
                    name = "too fast",
                    value =
                        "{\"type\":\"urn:shopstream:problem:too-many-requests\",\"title\":\"Too"
                            + " many requests\",\"status\":429,\"detail\":\"More requests than 100"
                            + " a second.\",\"instance\":\"urn:shopstream:request:5f1d7a0c9be24e66\"}")))
@ApiResponse(
    responseCode = "503",
    description =
        "Something that the answer needs is away, or too much is asked at once; Retry-After tells"
            + " how long to wait.",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public @interface EdgeAnswers {}
