package io.shopstream.local.commands;

import io.shopstream.local.stack.RunningStack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops what runs. */
@Command(
    name = "down",
    description =
        "Stops the stack, also one that was started with --detach, in another terminal, or whose"
            + " launcher was killed. Data is kept. Stopping what does not run is no error.")
public final class DownCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var stopped = new RunningStack(options.layout()).stop(out::println);
    out.println(stopped == 0 ? "Nothing was running." : "Stopped.");
    return 0;
  }
}
