package io.shopstream.query.ops;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** The instances of streams-app, as each told of itself. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Instances", description = "The instances of streams-app, as each tells of itself.")
record Instances(
    @Schema(description = "When they were asked, in milliseconds since 1970-01-01 UTC.")
        long timeMs,
    @Schema(description = "In the order of their addresses.") List<Instance> instances) {

  /** One instance. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "Instance", description = "An instance of streams-app.")
  record Instance(
      @Schema(description = "host:port of its state endpoint.") String address,
      @Schema(description = "Whether it answered when asked last; if not, what it said before.")
          boolean answers,
      @Nullable @Schema(description = "When it made its report; absent without one.") Instant time,
      @Nullable @Schema(description = "When the process started.") Instant started,
      @Schema(description = "Its applications.") List<Application> applications,
      @Nullable RocksDb rocksdb) {}

  /** One application of an instance. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "InstanceApplication", description = "An application of an instance.")
  record Application(
      @Schema(description = "Its id.") String application,
      @Schema(description = "starting, restoring, rebalancing, running or stopped.") String phase,
      @Schema(description = "Tasks it works on, as part of the topology and partition: 0_3.")
          List<String> activeTasks,
      @Schema(description = "Tasks whose state it follows, to take over at once.")
          List<String> standbyTasks,
      Restore restore,
      @Schema(description = "Changelog records that its standbys have not taken yet.")
          long standbyLagRecords,
      @Schema(description = "Its copies of the stores.") List<Store> stores,
      @Nullable
          @Schema(
              description =
                  "From the append of a record to the end of its way through the application, mean of the last minute, in"
                      + " milliseconds; absent when nothing came.")
          Double latencyAvgMs,
      @Nullable @Schema(description = "The same, the slowest record.") Double latencyMaxMs,
      @Schema(description = "Rebalances since the start of the process.") long rebalances) {}

  /** How far restoring has come. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "Restore", description = "Reading state back before tasks run.")
  record Restore(
      @Schema(description = "Changelog records left.") long recordsLeft,
      @Schema(description = "Records read in a second.") double recordsPerSecond,
      @Nullable @Schema(description = "Time left at this pace; absent when nothing moves.")
          Double secondsLeft) {}

  /** The copies of one store that an instance holds. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "InstanceStore", description = "The copies of a store that an instance holds.")
  record Store(
      @Schema(description = "Its name.") String store,
      @Schema(description = "Files and write buffers, active and standby.") long sizeBytes,
      @Schema(description = "Changelog records that standbys have not taken yet.")
          long standbyLagRecords) {}

  /** RocksDB of all stores together. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "RocksDb", description = "RocksDB of all stores of the instance together.")
  record RocksDb(
      @Schema(description = "Bound of block cache and write buffers.") long memoryLimitBytes,
      @Schema(description = "What of it is used.") long memoryUsedBytes,
      @Schema(description = "Stores whose writes are slowed down or stopped just now.")
          int stalledStores,
      @Schema(description = "How often that began since the start.") long stalls,
      @Schema(description = "How long it lasted, all stores added up.") double stalledSeconds) {}
}
