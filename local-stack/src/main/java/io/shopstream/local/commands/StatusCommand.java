package io.shopstream.local.commands;

import io.shopstream.local.stack.RunningStack;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what runs and what memory it takes. */
@Command(
    name = "status",
    description = {
      "Lists the processes of the stack with state, process id, port, uptime and memory, and ends"
          + " with a line of key=value pairs.",
      "Memory is the proportional set size (pages shared by several processes count once)."
    },
    footer = "Exit code: 0 when everything that was started runs, 3 when something or all is down.")
public final class StatusCommand implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var lines = new RunningStack(options.layout()).status();
    print(lines, out);
    return !lines.isEmpty() && lines.stream().allMatch(RunningStack.Line::running)
        ? 0
        : NOT_RUNNING;
  }

  static void print(List<RunningStack.Line> lines, PrintWriter out) {
    if (!lines.isEmpty()) {
      out.printf(
          "%-16s %-8s %8s %6s %10s %8s%n", "process", "state", "pid", "port", "up", "PSS MB");
    }
    for (var line : lines) {
      var process = line.process();
      out.printf(
          "%-16s %-8s %8d %6s %10s %8d%n",
          process.name(),
          line.running() ? "running" : "ended",
          process.pid(),
          process.port() == 0 ? "-" : process.port(),
          line.running() ? text(line.uptime()) : "-",
          megabytes(line.pssBytes()));
    }
    out.printf(
        "processes=%d total_pss_mb=%d%n",
        lines.stream().filter(RunningStack.Line::running).count(),
        megabytes(lines.stream().mapToLong(RunningStack.Line::pssBytes).sum()));
  }

  /** In units of 1,000,000 bytes, rounded up. */
  private static long megabytes(long bytes) {
    return (bytes + 999_999) / 1_000_000;
  }

  private static String text(Duration uptime) {
    return "%d:%02d:%02d"
        .formatted(uptime.toHours(), uptime.toMinutesPart(), uptime.toSecondsPart());
  }
}
