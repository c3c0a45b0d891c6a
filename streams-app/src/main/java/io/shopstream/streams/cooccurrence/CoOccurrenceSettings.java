package io.shopstream.streams.cooccurrence;

import io.shopstream.streams.runtime.Tuning;
import java.time.Duration;

/**
 * What the item-co-occurrence application can be told.
 *
 * @param tuning how it runs
 * @param tableBytes tables in front of both stores together, bytes a partition
 * @param dirtyBytes what of them may wait for a commit, bytes a partition
 * @param neighbours a row keeps at most
 * @param halfLife age at which a visit or an order counts half
 * @param recentHalfLife age at which it counts half in what is going on lately
 */
public record CoOccurrenceSettings(
    Tuning tuning,
    long tableBytes,
    long dirtyBytes,
    int neighbours,
    Duration halfLife,
    Duration recentHalfLife) {

  Popularity.HalfLives halfLives() {
    return new Popularity.HalfLives(halfLife.toMillis(), recentHalfLife.toMillis());
  }
}
