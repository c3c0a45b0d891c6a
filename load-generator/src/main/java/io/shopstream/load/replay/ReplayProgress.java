package io.shopstream.load.replay;

/** Shows how far a replay has got. */
interface ReplayProgress extends AutoCloseable {

  /**
   * Shows a state.
   *
   * @param settled records settled since the beginning of the data set
   * @param eventTimeMs time of the newest event handed over, in milliseconds since 1970-01-01 UTC;
   *     0 before the first
   */
  void show(long settled, long eventTimeMs);

  @Override
  void close();
}
