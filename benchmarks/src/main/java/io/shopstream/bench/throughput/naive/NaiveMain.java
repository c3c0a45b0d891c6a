package io.shopstream.bench.throughput.naive;

import io.shopstream.bench.contender.ContenderApplication;
import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.streams.runtime.Tuning;
import java.util.List;

/** Runs the plain topology with the settings of production. */
public final class NaiveMain {

  private NaiveMain() {}

  /**
   * Runs until it is stopped.
   *
   * @param args commit interval in milliseconds
   */
  public static void main(String[] args) throws InterruptedException {
    var settings = ProductionSettings.read();
    var threads = settings.userProfiles().threads() + settings.itemCoOccurrence().threads();
    ContenderApplication.runAll(
        List.of(
            settings.application(
                NaiveTopology.APPLICATION_ID,
                NaiveTopology.build(settings.serdes(), settings.neighbours()),
                new Tuning(threads, Long.parseLong(args[0])),
                settings.userCacheBytes() + settings.itemCacheBytes())));
  }
}
