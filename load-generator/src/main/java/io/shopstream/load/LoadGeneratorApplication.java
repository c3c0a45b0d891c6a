package io.shopstream.load;

import io.shopstream.load.replay.ReplayCommand;
import io.shopstream.load.replay.ReplayException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Brings load into the shop; one subcommand a kind of load. */
@Command(
    name = "load-generator",
    mixinStandardHelpOptions = true,
    description = "Brings load into the shop.",
    subcommands = ReplayCommand.class)
public final class LoadGeneratorApplication {

  private LoadGeneratorApplication() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "logback-load-generator.xml");
    }
    System.exit(commandLine().execute(arguments));
  }

  /** The command line, to run it within another program. */
  public static CommandLine commandLine() {
    return new CommandLine(new LoadGeneratorApplication())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (thrown, commandLine, parsed) -> {
              // What people can do something about is one line, anything else is a defect.
              if (thrown instanceof ReplayException || thrown instanceof IOException) {
                commandLine.getErr().println(thrown.getMessage());
              } else {
                thrown.printStackTrace(commandLine.getErr());
              }
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
