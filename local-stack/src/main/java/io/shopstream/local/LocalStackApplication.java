package io.shopstream.local;

import io.shopstream.local.commands.DemoCommand;
import io.shopstream.local.commands.DownCommand;
import io.shopstream.local.commands.StatusCommand;
import io.shopstream.local.commands.TopicsCommand;
import io.shopstream.local.commands.UpCommand;
import io.shopstream.local.deadletters.DeadLettersCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of the launcher that concern the stack of this machine. */
@Command(
    name = "./shopstream",
    description = "Runs Shopstream on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      TopicsCommand.class,
      DeadLettersCommand.class
    })
public final class LocalStackApplication {

  private LocalStackApplication() {}

  /** Exit code 0 on success, 1 on failure, 2 when the command line is wrong. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new LocalStackApplication())
            .setExecutionExceptionHandler(
                (exception, commandLine, parsed) -> {
                  // Whoever pressed Ctrl-C knows why the processes end.
                  if (!isShuttingDown()) {
                    commandLine
                        .getErr()
                        .println(commandLine.getColorScheme().errorText(message(exception)));
                  }
                  return CommandLine.ExitCode.SOFTWARE;
                })
            .execute(args));
  }

  private static boolean isShuttingDown() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread());
      return false;
    } catch (IllegalStateException e) {
      return true; // so says the runtime of any change to its hooks then
    }
  }

  private static String message(Exception exception) {
    return exception.getMessage() == null ? exception.toString() : exception.getMessage();
  }
}
