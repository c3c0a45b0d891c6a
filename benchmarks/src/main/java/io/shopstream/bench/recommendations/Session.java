package io.shopstream.bench.recommendations;

import java.util.List;

/**
 * One visit of a data set.
 *
 * @param id the data set's own name of it
 * @param items item ids in order of time, repeats included
 * @param timesMs time of each click in milliseconds, empty when the data set has none
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read a million times, never changed
record Session(String id, List<String> items, long[] timesMs) {
  boolean isTimed() {
    return timesMs.length > 0;
  }
}
