package io.shopstream.bench;

import io.shopstream.bench.fraud.EvaluateFraud;
import io.shopstream.bench.profiles.ChurnCommand;
import io.shopstream.bench.profiles.ProfilesCommand;
import io.shopstream.bench.recommendations.RecommendationsCommand;
import picocli.CommandLine.Command;

/** The group of commands that measure quality. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Measures quality on held-out data, with the classes that serve.",
    synopsisSubcommandLabel = "WHAT",
    subcommands = {
      RecommendationsCommand.class,
      EvaluateFraud.class,
      ProfilesCommand.class,
      ChurnCommand.class
    })
public final class EvaluateCommand {}
