package io.shopstream.streams;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.streams.cooccurrence.CoOccurrenceSettings;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.feedback.FeedbackRules;
import io.shopstream.streams.feedback.FeedbackSettings;
import io.shopstream.streams.feedback.RecommendationFeedbackTopology;
import io.shopstream.streams.profile.ProfileSettings;
import io.shopstream.streams.profile.UserProfilesTopology;
import io.shopstream.streams.runtime.KafkaSettings;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import jakarta.inject.Singleton;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** The applications of this process, made from the configuration. */
@Factory
final class Applications {

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.user-profiles")
  record UserProfilesConfiguration(
      @Min(1) int threads,
      @Min(10) long commitIntervalMs,
      @Min(1) long tableBytes,
      @Min(1) long dirtyBytes,
      @Min(1) int duplicateHorizonDays) {}

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.item-co-occurrence")
  record ItemCoOccurrenceConfiguration(
      @Min(1) int threads,
      @Min(10) long commitIntervalMs,
      @Min(1) long tableBytes,
      @Min(1) long dirtyBytes,
      @Min(1) int neighbours,
      @Min(1) int halfLifeDays,
      @Min(1) int recentHalfLifeHours) {}

  @Singleton
  AvroSerdes serdes(KafkaSettings kafka) {
    return AvroSerdes.of(kafka.schemaRegistryUrl(), kafka.clientProperties());
  }

  @Singleton
  StreamsTopology userProfiles(
      AvroSerdes serdes,
      KafkaSettings kafka,
      UserProfilesConfiguration profiles,
      ItemCoOccurrenceConfiguration coOccurrence) {
    return new UserProfilesTopology(
        serdes,
        new ProfileSettings(
            new Tuning(profiles.threads(), profiles.commitIntervalMs()),
            profiles.tableBytes(),
            profiles.dirtyBytes(),
            Duration.ofDays(profiles.duplicateHorizonDays()),
            Duration.ofDays(coOccurrence.halfLifeDays())),
        kafka.partitions());
  }

  @Singleton
  StreamsTopology itemCoOccurrence(AvroSerdes serdes, ItemCoOccurrenceConfiguration keys) {
    return new ItemCoOccurrenceTopology(
        serdes,
        new CoOccurrenceSettings(
            new Tuning(keys.threads(), keys.commitIntervalMs()),
            keys.tableBytes(),
            keys.dirtyBytes(),
            keys.neighbours(),
            Duration.ofDays(keys.halfLifeDays()),
            Duration.ofHours(keys.recentHalfLifeHours())));
  }

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.recommendation-feedback")
  record RecommendationFeedbackConfiguration(
      @Min(1) int threads,
      @Min(10) long commitIntervalMs,
      @Min(1) long tableBytes,
      @Min(1) long dirtyBytes,
      @Min(1) int clickWindowHours,
      @Min(1) int conversionWindowDays,
      @Min(1) int mostEventsAnHour,
      @Nullable String key) {}

  @Singleton
  StreamsTopology recommendationFeedback(
      AvroSerdes serdes, RecommendationFeedbackConfiguration keys) {
    return new RecommendationFeedbackTopology(
        serdes,
        new FeedbackSettings(
            new Tuning(keys.threads(), keys.commitIntervalMs()),
            keys.tableBytes(),
            keys.dirtyBytes(),
            new FeedbackRules(
                Duration.ofHours(keys.clickWindowHours()),
                Duration.ofDays(keys.conversionWindowDays()),
                keys.mostEventsAnHour()),
            new RecommendationIds(keys.key() == null ? "" : keys.key())));
  }
}
