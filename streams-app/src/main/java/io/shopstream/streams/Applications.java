package io.shopstream.streams;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Factory;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.streams.cooccurrence.CoOccurrenceSettings;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.profile.ProfileRules;
import io.shopstream.streams.profile.ProfileSettings;
import io.shopstream.streams.profile.UserProfilesTopology;
import io.shopstream.streams.profile.value.PurchaseRhythm;
import io.shopstream.streams.profile.value.Rfm;
import io.shopstream.streams.runtime.KafkaSettings;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import jakarta.inject.Singleton;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;

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
      @Min(1) int duplicateHorizonDays,
      @Min(1) int idleDays,
      @NotNull Duration changelogLag) {}

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
      RfmConfiguration rfm,
      ChurnConfiguration churn,
      ItemCoOccurrenceConfiguration coOccurrence) {
    return new UserProfilesTopology(
        serdes,
        new ProfileSettings(
            new Tuning(profiles.threads(), profiles.commitIntervalMs()),
            profiles.tableBytes(),
            profiles.dirtyBytes(),
            Duration.ofDays(profiles.duplicateHorizonDays()),
            Duration.ofDays(coOccurrence.halfLifeDays()),
            Duration.ofDays(profiles.idleDays()),
            profiles.changelogLag(),
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
}
