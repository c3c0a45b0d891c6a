package io.shopstream.query.ops;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * How far behind every consumer group is.
 *
 * @param timeMs when it was looked at
 * @param groups in the order of their names
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "ConsumerLag", description = "How far behind every consumer group is.")
record ConsumerLag(
    @Schema(description = "When it was looked at, in milliseconds since 1970-01-01 UTC.")
        long timeMs,
    @Schema(description = "In the order of their names.") List<Group> groups) {

  /**
   * One consumer group.
   *
   * @param group its id
   * @param state as the broker says
   * @param lagRecords of all partitions
   * @param lagSeconds of the partition that is furthest behind
   * @param positionLagRecords by what is read instead of committed; null for groups of others
   * @param positionLagSeconds the same, of the partition that is furthest behind
   * @param trend growing, steady or shrinking
   * @param recordsPerSecond by which the lag grows
   * @param caughtUpInSeconds null when it does not shrink
   */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "GroupLag", description = "How far behind one consumer group is.")
  record Group(
      @Schema(description = "Id of the group; that of an application.") String group,
      @Schema(description = "Stable, Empty, PreparingRebalance …, as the broker says.")
          String state,
      @Schema(description = "Records committed by nobody yet, of all partitions.") long lagRecords,
      @Schema(
              description =
                  "Age of the oldest record that is not committed, of the partition furthest behind.")
          double lagSeconds,
      @Nullable
          @Schema(
              description =
                  "Records not read yet, of all partitions; absent for groups that streams-app does not run.")
          Long positionLagRecords,
      @Nullable
          @Schema(
              description =
                  "Age of the oldest record that is not read, of the partition furthest behind.")
          Double positionLagSeconds,
      @Schema(description = "growing, steady or shrinking.") String trend,
      @Schema(description = "Records a second by which the lag grows; below zero when it shrinks.")
          double recordsPerSecond,
      @Nullable
          @Schema(
              description = "Time until nothing is left at this pace; absent unless it shrinks.")
          Double caughtUpInSeconds,
      @Schema(description = "By topic and partition.") List<Partition> partitions) {}

  /**
   * One partition of a group.
   *
   * @param committedOffset the next offset to read after a restart
   * @param positionOffset the next offset to read; null for groups of others
   * @param endOffset one beyond the last record that readers of committed records may see
   */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "PartitionLag", description = "How far behind a group is in one partition.")
  record Partition(
      @Schema(description = "The topic.") String topic,
      @Schema(description = "The partition.") int partition,
      @Schema(description = "What the group would read next after a restart.") long committedOffset,
      @Nullable
          @Schema(
              description =
                  "What its consumer reads next; ahead of the commit by what came since. Absent for groups that"
                      + " streams-app does not run.")
          Long positionOffset,
      @Schema(description = "One beyond the last record that may be read.") long endOffset,
      @Schema(
              description =
                  "Offsets between the two; 0 when only markers of transactions lie between them.")
          long lagRecords,
      @Schema(description = "Age of the oldest record that is not committed, in seconds.")
          double lagSeconds,
      @Nullable
          @Schema(
              description =
                  "Offsets between position and end; 0 when only markers of transactions lie between them.")
          Long positionLagRecords,
      @Nullable @Schema(description = "Age of the oldest record that is not read, in seconds.")
          Double positionLagSeconds) {}
}
