package io.shopstream.bench.fraud.live;

import io.shopstream.bench.contender.ContenderApplication;
import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.streams.fraud.FraudScoringTopology;
import io.shopstream.streams.runtime.StreamsClients;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Runs streams-app with a no-op pipeline in place of the fraud applications. */
public final class NoopMain {

  private NoopMain() {}

  /**
   * Runs until it is stopped.
   *
   * @param args the other applications to run beside it, by application id
   */
  public static void main(String[] args) throws InterruptedException {
    var settings = ProductionSettings.read();
    var fraud = settings.topologies().get(FraudScoringTopology.APPLICATION_ID);
    var noop =
        settings.application(
            NoopTopology.APPLICATION_ID,
            NoopTopology.build(settings.serdes(), settings.kafka().partitions()),
            fraud.tuning(),
            0);
    noop.configuration().putAll(fraud.configuration());
    var all = Arrays.stream(args).map(settings::production).collect(Collectors.toList());
    all.add(noop);
    ContenderApplication.runAll(all, new StreamsClients());
  }
}
