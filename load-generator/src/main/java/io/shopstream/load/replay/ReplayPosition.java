package io.shopstream.load.replay;

/**
 * How far the replay of a data set into a target has got; enough to go on with it, or to begin it
 * again with equal event times.
 *
 * @param fingerprint of the data set
 * @param timeShiftMs constant added to every event time, in milliseconds
 * @param records number of records from the beginning, catalogue included, that are settled
 */
record ReplayPosition(String fingerprint, long timeShiftMs, long records) {

  ReplayPosition at(long newRecords) {
    return new ReplayPosition(fingerprint, timeShiftMs, newRecords);
  }
}
