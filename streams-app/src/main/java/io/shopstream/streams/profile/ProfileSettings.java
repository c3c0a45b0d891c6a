package io.shopstream.streams.profile;

import io.shopstream.streams.runtime.Tuning;
import java.time.Duration;

/**
 * What the user-profiles application can be told.
 *
 * @param tuning how it runs
 * @param tableBytes tables in front of all stores together, bytes a partition
 * @param dirtyBytes what of them may wait for a commit, bytes a partition
 * @param duplicateHorizon how long after its arrival an event is recognised as known
 * @param halfLife age at which a visit or an order counts half
 * @param idle a profile that nothing happens to for so long is forgotten
 * @param changelogLag how long what was deleted or overwritten may live on in a changelog
 * @param rules how scores and risks are found from what is kept
 */
public record ProfileSettings(
    Tuning tuning,
    long tableBytes,
    long dirtyBytes,
    Duration duplicateHorizon,
    Duration halfLife,
    Duration idle,
    Duration changelogLag,
    ProfileRules rules) {}
