package io.shopstream.bench.throughput;

import io.shopstream.bench.backbone.ProcessCost;

/**
 * One drain.
 *
 * @param clicks drained
 * @param pairUpdates neighbours that these clicks updated, before any merging
 * @param seconds from the moment the clicks' group had its partitions until all stages had
 *     committed everything
 * @param application what the contender's process used in that time
 * @param broker what the broker's process used in that time
 * @param logBytes by which the broker's log folders grew
 */
record Measurement(
    long clicks,
    long pairUpdates,
    double seconds,
    ProcessCost application,
    ProcessCost broker,
    long logBytes) {

  double clicksPerSecond() {
    return clicks / seconds;
  }

  double pairUpdatesPerSecond() {
    return pairUpdates / seconds;
  }

  /** CPU seconds of the contender's process, a million clicks. */
  double applicationCpu() {
    return application.cpuSeconds() * 1e6 / clicks;
  }

  /** CPU seconds of the broker, a million clicks. */
  double brokerCpu() {
    return broker.cpuSeconds() * 1e6 / clicks;
  }

  /** Bytes in the broker's log folders, a click. */
  double logBytesPerClick() {
    return (double) logBytes / clicks;
  }

  /** Bytes that the contender's process wrote to disk, a click. */
  double applicationBytesPerClick() {
    return application.writtenBytes() / clicks;
  }

  /** Bytes that the broker wrote to disk, a click. */
  double brokerBytesPerClick() {
    return broker.writtenBytes() / clicks;
  }
}
