package io.shopstream.local.deadletters;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What could not be counted: looked at, and sent on its way again. */
@Command(
    name = "dead-letters",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Records that could not be read or broke a rule lie in the topic dead-letters, as they came, with headers that"
          + " tell what was wrong and where they came from. Nothing stops because of them, and nothing of them is"
          + " counted. They lie there for 30 days.",
      "",
      "list shows what there is, show one of them with its bytes, and replay publishes the original bytes to the topic"
          + " that they came from, once the cause is gone: a schema that was not registered, a rule that was too"
          + " strict, a bug."
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream dead-letters list --by-reason",
      "  ./shopstream dead-letters list --topic clickstream --reason time_ms --since 2h",
      "  ./shopstream dead-letters show 3-127",
      "  ./shopstream dead-letters replay --topic orders --reason \"registry\" --dry-run",
      "  ./shopstream dead-letters replay 3-127 0-15"
    },
    subcommands = {ListCommand.class, ShowCommand.class, ReplayCommand.class})
public final class DeadLettersCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it itself
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: list, show or replay");
  }
}
