package io.shopstream.local.commands;

import io.shopstream.local.Installation;
import io.shopstream.local.demo.Demo;
import io.shopstream.local.demo.ReplayProgram;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.stack.LocalStack;
import io.shopstream.local.stack.RunningStack;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From nothing to recommendations in one command. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Starts the stack, replays the orders of a real shop and the clicks that lead to them, waits"
          + " until everything is counted, and prints what the query-service recommends.",
      "Without --exit it then stays up, for you to try the addresses it prints, until Ctrl-C.",
      "Data is kept: a second demo goes on where the first stopped, so it publishes nothing new.",
      "",
      "The last line has these keys:",
      "  events, orders        clicks and orders published in this run, orders of these",
      "  refused               lines of the data set that are no events",
      "  seconds               from the start of the replay until everything was counted",
      "  events_per_second     the quotient",
      "  similar_items_served  items of the catalogue that have similar items",
      ""
    })
public final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--exit", description = "Stop everything at the end instead of staying up.")
  private boolean exit;

  @Option(
      names = "--from-start",
      description =
          "Publish every event again, with the same event times, although the data is there: all of"
              + " them are duplicates, so every count is the same as before.")
  private boolean fromStart;

  @Mixin private StackOptions options;

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var installation = Installation.find();
    var stack = new LocalStack(installation, options.layout(), Lifetime.WITH_PARENT, out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-stack"));
    stack.startBackbone();
    stack.startApplications();
    out.println();
    var result =
        new Demo(
                stack,
                new ReplayProgram(installation),
                out,
                Boolean.getBoolean("shopstream.terminal"))
            .run(fromStart);
    out.println();
    StatusCommand.print(new RunningStack(stack.layout()).status(), out);
    out.printf(
        Locale.ROOT, "At most %,d MB in all during the demo.%n", result.peakBytes() / 1_000_000);
    if (exit) {
      stack.close();
      out.println(result.line());
      return 0;
    }
    installation.makeClassArchives(Lifetime.WITH_PARENT);
    UpCommand.printAddresses(stack.layout(), out);
    out.println("Running. Ctrl-C stops it.");
    out.println(result.line());
    UpCommand.stayUp(stack);
    return 0;
  }
}
