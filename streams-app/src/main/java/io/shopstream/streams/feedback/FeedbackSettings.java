package io.shopstream.streams.feedback;

import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.streams.runtime.Tuning;
import java.time.Duration;

/**
 * What the recommendation-feedback application can be told.
 *
 * @param tuning how it runs
 * @param tableBytes table in front of each store, bytes a partition
 * @param dirtyBytes what of it may wait for a commit, bytes a partition
 * @param rules what counts
 * @param ids what checks the names of lists
 * @param changelogLag half of the time that what was deleted may live on in the changelog
 */
public record FeedbackSettings(
    Tuning tuning,
    long tableBytes,
    long dirtyBytes,
    FeedbackRules rules,
    RecommendationIds ids,
    Duration changelogLag) {}
