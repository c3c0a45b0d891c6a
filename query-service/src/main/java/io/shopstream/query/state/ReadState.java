package io.shopstream.query.state;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * How current the state was that an answer was made from.
 *
 * @param stale whether a standby answered for any of it
 * @param lagRecords how many records that standby was behind, at most; 0 when not stale
 * @param unavailableRows rows that nobody answered for in time; the answer was made without them
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(
    name = "ReadState",
    description = "How current the state was that the answer was made from.")
public record ReadState(
    @Schema(description = "Whether a standby answered for any of it.") boolean stale,
    @Schema(description = "How many records that standby was behind, at most.") long lagRecords,
    @Schema(description = "Rows that nobody answered for in time; the answer goes without them.")
        int unavailableRows) {

  /** Nothing was read. */
  public static final ReadState CURRENT = new ReadState(false, 0, 0);

  /** Of the rows of one read. */
  public static ReadState of(List<StateRow> rows) {
    var stale = false;
    var lag = 0L;
    var unavailable = 0;
    for (var row : rows) {
      stale |= row.stale();
      lag = Math.max(lag, row.lagRecords());
      if (row instanceof StateRow.Unavailable) {
        unavailable++;
      }
    }
    return new ReadState(stale, lag, unavailable);
  }

  /** Of this read and another one together. */
  public ReadState and(ReadState other) {
    return new ReadState(
        stale || other.stale,
        Math.max(lagRecords, other.lagRecords),
        unavailableRows + other.unavailableRows);
  }
}
