package io.shopstream.bench;

import io.shopstream.bench.chaos.InstancesCommand;
import io.shopstream.bench.chaos.RecoveryCommand;
import io.shopstream.bench.fraud.live.FraudBenchCommand;
import io.shopstream.bench.freshness.FreshnessCommand;
import io.shopstream.bench.growth.GrowthCommand;
import io.shopstream.bench.micro.MicroCommand;
import io.shopstream.bench.queries.QueriesCommand;
import io.shopstream.bench.rows.RowsCommand;
import io.shopstream.bench.throughput.ThroughputCommand;
import picocli.CommandLine.Command;

/** The group of commands that measure speed. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures speed on this machine, on a broker and a registry of its own.",
    synopsisSubcommandLabel = "BENCH",
    subcommands = {
      ThroughputCommand.class,
      RowsCommand.class,
      QueriesCommand.class,
      FreshnessCommand.class,
      FraudBenchCommand.class,
      MicroCommand.class,
      GrowthCommand.class,
      RecoveryCommand.class,
      InstancesCommand.class
    })
public final class BenchCommand {}
