package io.shopstream.bench.fraud.live;

import io.shopstream.bench.contender.ContenderApplication;
import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.fraud.FraudScoringTopology;
import io.shopstream.streams.profile.UserProfilesTopology;
import io.shopstream.streams.runtime.StreamsClients;
import java.util.List;

/** Runs streams-app with a no-op pipeline in place of the fraud applications. */
public final class NoopMain {

  private NoopMain() {}

  /** Runs until it is stopped. */
  public static void main(String[] args) throws InterruptedException {
    var settings = ProductionSettings.read();
    var fraud = settings.topologies().get(FraudScoringTopology.APPLICATION_ID);
    var noop =
        settings.application(
            NoopTopology.APPLICATION_ID, NoopTopology.build(settings.serdes()), fraud.tuning(), 0);
    noop.configuration().putAll(fraud.configuration());
    ContenderApplication.runAll(
        List.of(
            settings.production(UserProfilesTopology.APPLICATION_ID),
            settings.production(ItemCoOccurrenceTopology.APPLICATION_ID),
            noop),
        new StreamsClients());
  }
}
