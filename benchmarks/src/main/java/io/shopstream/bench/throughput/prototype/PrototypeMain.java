package io.shopstream.bench.throughput.prototype;

import io.shopstream.bench.contender.ContenderApplication;
import io.shopstream.bench.contender.ProductionSettings;
import java.util.List;

/** Runs the prototype's two applications with the settings of production. */
public final class PrototypeMain {

  private PrototypeMain() {}

  /** Runs until it is stopped. */
  public static void main(String[] args) throws InterruptedException {
    var settings = ProductionSettings.read();
    ContenderApplication.runAll(
        List.of(
            settings.application(
                VisitsTopology.APPLICATION_ID,
                VisitsTopology.build(settings.serdes()),
                settings.userProfiles(),
                settings.userCacheBytes()),
            settings.application(
                RowsTopology.APPLICATION_ID,
                RowsTopology.build(settings.neighbours()),
                settings.itemCoOccurrence(),
                settings.itemCacheBytes())));
  }
}
