package io.shopstream.query.collector;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.query.problem.FieldError;
import io.shopstream.query.scores.ScoreAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * What became of the events of a request. Those accepted are in Kafka, acknowledged by all
 * replicas.
 *
 * @param accepted events taken, duplicates of orders among them
 * @param refused events not taken; null for a single event
 * @param duplicate whether the single order was known with the same content; null for other events
 * @param duplicates orders of the batch that were known with the same content; null for other
 *     events
 * @param eventId id of the single event (its link_id, for a link) when it was made here
 * @param eventIds ids made here for events of the batch, by place in the batch
 * @param errors why events were refused
 * @param scores of the orders, when they were waited for
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Receipt", description = "What became of the events of a request.")
record Receipt(
    @Schema(description = "Events taken, duplicates of orders among them.") int accepted,
    @Nullable @Schema(description = "Events not taken; in the answer to a batch only.")
        Integer refused,
    @Nullable @Schema(description = "Whether the order was known, with the same content.")
        Boolean duplicate,
    @Nullable @Schema(description = "Orders of the batch that were known, with the same content.")
        Integer duplicates,
    @Nullable @Schema(description = "Id of the event, when it was made here.") String eventId,
    @Nullable
        @Schema(
            description =
                "Ids made here, by place in the batch; null where the event brought its own.")
        List<String> eventIds,
    @Nullable @Schema(description = "Why events were refused.") List<FieldError> errors,
    @Nullable
        @Schema(
            description = "The scores of the orders, in their order, when they were waited for.")
        List<ScoreAnswer> scores) {

  /** Whether an order among them was known. */
  boolean hasDuplicates() {
    return Boolean.TRUE.equals(duplicate) || (duplicates != null && duplicates > 0);
  }

  /** The same with the scores. */
  Receipt with(List<ScoreAnswer> ofOrders) {
    return new Receipt(
        accepted, refused, duplicate, duplicates, eventId, eventIds, errors, ofOrders);
  }
}
