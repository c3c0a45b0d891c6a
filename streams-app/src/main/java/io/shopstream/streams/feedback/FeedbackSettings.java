package io.shopstream.streams.feedback;

import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.streams.runtime.Tuning;

/**
 * What the recommendation-feedback application can be told.
 *
 * @param tuning how it runs
 * @param tableBytes table in front of each store, bytes a partition
 * @param dirtyBytes what of it may wait for a commit, bytes a partition
 * @param rules what counts
 * @param ids what checks the names of lists
 */
public record FeedbackSettings(
    Tuning tuning, long tableBytes, long dirtyBytes, FeedbackRules rules, RecommendationIds ids) {}
