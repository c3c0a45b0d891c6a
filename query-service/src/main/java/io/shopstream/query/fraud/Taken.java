package io.shopstream.query.fraud;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;

/** Kafka has it. */
@Serdeable
@Schema(name = "Taken", description = "What was taken; Kafka has it on all replicas.")
record Taken(@Schema(description = "In words.") String taken) {}
