package io.shopstream.bench;

import io.shopstream.bench.chaos.ChaosCommand;
import io.shopstream.bench.fuzz.FuzzCommand;
import io.shopstream.events.serde.AvroBinary;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Measures what ships; one subcommand a question. */
@Command(
    name = "./shopstream",
    mixinStandardHelpOptions = true,
    description = "Measures Shopstream on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchCommand.class,
      EvaluateCommand.class,
      ChaosCommand.class,
      FuzzCommand.class
    })
public final class BenchmarksApplication {

  private BenchmarksApplication() {}

  /** Exit code 0 on success, 1 on failure, 2 when the command line is wrong. */
  public static void main(String[] arguments) {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "io/shopstream/bench/bench-logback.xml");
    }
    AvroBinary.boundWhatBytesMayClaim();
    System.exit(commandLine().execute(arguments));
  }

  /** The command line, to run it within another program. */
  public static CommandLine commandLine() {
    return new CommandLine(new BenchmarksApplication())
        .setExecutionExceptionHandler(
            (thrown, commandLine, parsed) -> {
              // What people can do something about is said in a message, anything else is a defect.
              if (thrown instanceof IllegalStateException && thrown.getMessage() != null) {
                commandLine.getErr().println(thrown.getMessage());
              } else {
                thrown.printStackTrace(commandLine.getErr());
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
