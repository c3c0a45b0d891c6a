package io.shopstream.load;

import io.shopstream.load.replay.ReplayCommand;
import io.shopstream.load.replay.ReplayException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings load into the shop; one subcommand a kind of load. */
@Command(
    name = "shopstream",
    description = "Brings load into the shop.",
    subcommands = ReplayCommand.class)
public final class LoadGeneratorApplication {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

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
        .setParameterExceptionHandler(
            (wrong, arguments) -> {
              var command = wrong.getCommandLine();
              command.getErr().println(wrong.getMessage());
              command.getErr().printf("Try %s --help.%n", command.getCommandSpec().qualifiedName());
              return CommandLine.ExitCode.USAGE;
            })
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
