package io.shopstream.query.fraud;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;

/** What a person found. */
@Serdeable
@Schema(name = "ReviewDecision", description = "What a person found.")
record ReviewDecision(
    @Nullable
        @Schema(description = "legitimate, or fraud.", requiredMode = Schema.RequiredMode.REQUIRED)
        String decision) {}
