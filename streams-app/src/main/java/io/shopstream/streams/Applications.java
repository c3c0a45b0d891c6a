package io.shopstream.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
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
import io.shopstream.streams.fraud.ConsumerLag;
import io.shopstream.streams.fraud.FraudLearningTopology;
import io.shopstream.streams.fraud.FraudMetrics;
import io.shopstream.streams.fraud.FraudScoringTopology;
import io.shopstream.streams.fraud.FraudSettings;
import io.shopstream.streams.fraud.RulesFile;
import io.shopstream.streams.fraud.decision.Policy;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.profile.ProfileRules;
import io.shopstream.streams.profile.ProfileSettings;
import io.shopstream.streams.profile.UserProfilesTopology;
import io.shopstream.streams.profile.value.PurchaseRhythm;
import io.shopstream.streams.profile.value.Rfm;
import io.shopstream.streams.runtime.KafkaSettings;
import io.shopstream.streams.runtime.StreamsSettings;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import jakarta.inject.Singleton;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The applications of this process, made from the configuration. */
@Factory
final class Applications {

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.user-profiles")
  record UserProfilesConfiguration(
      @Min(1) int threads,
      @Min(10) long commitIntervalMs,
      @Min(1) long allTablesBytes,
      @Min(1) long allDirtyBytes,
      @Min(1) int duplicateHorizonDays,
      @Min(1) int idleDays) {}

  /** Bounds of scores and stages; see application.yml. */
  @ConfigurationProperties("streams.user-profiles.rfm")
  record RfmConfiguration(
      @NotEmpty List<Integer> recencyDays,
      @NotEmpty List<Integer> frequency,
      @NotEmpty List<Long> monetaryMinor,
      @Min(1) int newDays,
      @Min(1) int activeDays,
      @Min(1) int atRiskDays) {}

  /** What the shop's customers have in common; see application.yml. */
  @ConfigurationProperties("streams.user-profiles.churn")
  record ChurnConfiguration(
      @Positive double shape,
      @Positive double rateDays,
      @Positive double leaving,
      @Positive double staying,
      @Min(1) int horizonDays) {}

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.item-co-occurrence")
  record ItemCoOccurrenceConfiguration(
      @Min(1) int threads,
      @Min(10) long commitIntervalMs,
      @Min(1) long allTablesBytes,
      @Min(1) long allDirtyBytes,
      @Min(1) int neighbours,
      @Min(1) int halfLifeDays,
      @Min(1) int recentHalfLifeHours) {}

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.fraud-scoring")
  record FraudScoringConfiguration(
      @Min(1) int threads,
      @Min(1) long commitIntervalMs,
      @Min(1) long tableBytes,
      @Min(1) long dirtyBytes,
      List<String> entities,
      String zone,
      double reviewAt,
      double declineAt,
      double exploredShare,
      @Min(0) int reasons,
      @Min(1) long partsTimeoutMs,
      @Min(1) long lagRecords,
      @Min(1) int legitimateAfterDays,
      @Min(1) int rememberOrdersDays,
      @Min(30) int rememberEntitiesDays,
      String rulesFile) {}

  /** Keys of one application under {@code streams}; see application.yml. */
  @ConfigurationProperties("streams.fraud-learning")
  record FraudLearningConfiguration(
      @Min(10) long commitIntervalMs, @Min(1) int mostFrauds, @Min(1) int mostLegitimate) {}

  @Singleton
  AvroSerdes serdes(KafkaSettings kafka) {
    var settings = new HashMap<>(kafka.clientProperties());
    // A good part of what Kafka Streams allows a batch.
    settings.putIfAbsent(AvroSerdes.PATIENCE_MS, "60000");
    return AvroSerdes.of(kafka.schemaRegistryUrl(), settings);
  }

  @Singleton
  StreamsTopology userProfiles(
      AvroSerdes serdes,
      KafkaSettings kafka,
      StreamsSettings streams,
      UserProfilesConfiguration profiles,
      RfmConfiguration rfm,
      ChurnConfiguration churn,
      ItemCoOccurrenceConfiguration coOccurrence) {
    return new UserProfilesTopology(
        serdes,
        new ProfileSettings(
            new Tuning(profiles.threads(), profiles.commitIntervalMs()),
            profiles.allTablesBytes() / kafka.partitions(),
            profiles.allDirtyBytes() / kafka.partitions(),
            Duration.ofDays(profiles.duplicateHorizonDays()),
            Duration.ofDays(coOccurrence.halfLifeDays()),
            Duration.ofDays(profiles.idleDays()),
            streams.changelogLag(),
            rules(rfm, churn)),
        kafka.partitions());
  }

  private static ProfileRules rules(RfmConfiguration rfm, ChurnConfiguration churn) {
    return new ProfileRules(
        new Rfm(
            rfm.recencyDays(),
            rfm.frequency(),
            rfm.monetaryMinor(),
            rfm.newDays(),
            rfm.activeDays(),
            rfm.atRiskDays()),
        new PurchaseRhythm.Customers(
            churn.shape(), churn.rateDays(), churn.leaving(), churn.staying()),
        Duration.ofDays(churn.horizonDays()));
  }

  @Singleton
  StreamsTopology itemCoOccurrence(
      AvroSerdes serdes, KafkaSettings kafka, ItemCoOccurrenceConfiguration keys) {
    return new ItemCoOccurrenceTopology(
        serdes,
        new CoOccurrenceSettings(
            new Tuning(keys.threads(), keys.commitIntervalMs()),
            keys.allTablesBytes() / kafka.partitions(),
            keys.allDirtyBytes() / kafka.partitions(),
            keys.neighbours(),
            Duration.ofDays(keys.halfLifeDays()),
            Duration.ofHours(keys.recentHalfLifeHours())));
  }

  @Singleton
  FraudMetrics fraudMetrics(MeterRegistry meters) {
    return new FraudMetrics(meters);
  }

  @Bean(preDestroy = "close")
  @Singleton
  RulesFile fraudRules(FraudScoringConfiguration keys) {
    return keys.rulesFile().isBlank()
        ? RulesFile.shipped()
        : RulesFile.follow(Path.of(keys.rulesFile()));
  }

  @Bean(preDestroy = "close")
  @Singleton
  ConsumerLag fraudLag(
      KafkaSettings kafka, StreamsSettings streams, FraudScoringConfiguration keys) {
    return new ConsumerLag(
        kafka.clientSettings(), streams.id(FraudScoringTopology.APPLICATION_ID), keys.lagRecords());
  }

  @Singleton
  StreamsTopology fraudScoring(
      AvroSerdes serdes,
      KafkaSettings kafka,
      StreamsSettings streams,
      FraudScoringConfiguration keys,
      RulesFile rules,
      ConsumerLag lag,
      FraudMetrics metrics) {
    return new FraudScoringTopology(
        serdes,
        new FraudSettings(
            new Tuning(keys.threads(), keys.commitIntervalMs()),
            keys.tableBytes(),
            keys.dirtyBytes(),
            keys.entities().stream().map(EntityType::of).collect(Collectors.toSet()),
            ZoneId.of(keys.zone()),
            new Policy(keys.reviewAt(), keys.declineAt(), keys.exploredShare()),
            keys.reasons(),
            Duration.ofMillis(keys.partsTimeoutMs()),
            Duration.ofDays(keys.legitimateAfterDays()),
            Duration.ofDays(keys.rememberOrdersDays()),
            Duration.ofDays(keys.rememberEntitiesDays()),
            streams.changelogLag()),
        kafka.partitions(),
        rules,
        lag,
        metrics);
  }

  @Singleton
  StreamsTopology fraudLearning(
      AvroSerdes serdes,
      StreamsSettings streams,
      FraudLearningConfiguration keys,
      FraudMetrics metrics) {
    return new FraudLearningTopology(
        serdes,
        new Tuning(1, keys.commitIntervalMs()),
        Learner.Settings.keeping(keys.mostFrauds(), keys.mostLegitimate()),
        streams.changelogLag(),
        metrics);
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
      AvroSerdes serdes, StreamsSettings streams, RecommendationFeedbackConfiguration keys) {
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
            new RecommendationIds(keys.key() == null ? "" : keys.key()),
            streams.changelogLag()));
  }
}
