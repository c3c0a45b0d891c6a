package io.shopstream.bench.throughput.naive;

import io.shopstream.bench.contender.ContenderApplication;
import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.streams.runtime.Tuning;
import java.util.List;

/** Runs the plain topology with the settings of production, committing as user-profiles does. */
public final class NaiveMain {

  private NaiveMain() {}

  /** Runs until it is stopped. */
  public static void main(String[] args) throws InterruptedException {
    var settings = ProductionSettings.read();
    var profiles = settings.userProfiles();
    var threads = profiles.threads() + settings.itemCoOccurrence().threads();
    ContenderApplication.runAll(
        List.of(
            settings.application(
                NaiveTopology.APPLICATION_ID,
                NaiveTopology.build(settings.serdes(), settings.neighbours()),
                new Tuning(threads, profiles.commitIntervalMs()),
                settings.userCacheBytes() + settings.itemCacheBytes())));
  }
}
