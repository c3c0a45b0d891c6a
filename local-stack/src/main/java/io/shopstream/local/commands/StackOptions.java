package io.shopstream.local.commands;

import io.shopstream.local.Installation;
import io.shopstream.local.stack.StackLayout;
import picocli.CommandLine.Option;

/** Which stack a command is about. */
final class StackOptions {

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Added to every port, so that several stacks run side by side, each with its own data in"
              + " local-data/port-offset-N. Default: 0 (broker 9092, controller 9093, registry 8081,"
              + " streams-app 7070, query-service 8080).")
  private int portOffset;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it itself
  private boolean help;

  StackLayout layout() {
    return StackLayout.of(Installation.find(), portOffset);
  }
}
