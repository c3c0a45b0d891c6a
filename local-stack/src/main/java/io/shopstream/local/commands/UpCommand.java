package io.shopstream.local.commands;

import io.shopstream.local.Installation;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.stack.LocalStack;
import io.shopstream.local.stack.StackLayout;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything and stays until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Starts a Kafka broker, a schema registry, streams-app and query-service on this machine, with"
          + " the data of the last time, and stays until Ctrl-C, which stops all of them.",
      "Data, logs and process files are in local-data/port-offset-N."
    })
public final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  @Option(
      names = "--detach",
      description =
          "Return when everything is ready, and leave it running until ./shopstream down.")
  private boolean detach;

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var stack =
        new LocalStack(
            Installation.find(),
            options.layout(),
            detach ? Lifetime.DETACHED : Lifetime.WITH_PARENT,
            out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-stack"));
    stack.startBackbone();
    stack.startApplications();
    printAddresses(stack.layout(), out);
    if (detach) {
      stack.detach();
      out.printf("Running. ./shopstream down%s stops it.%n", stack.layout().option());
      return 0;
    }
    out.println("Running. Ctrl-C stops it.");
    stayUp(stack);
    return 0;
  }

  /** Returns never; fails when a process ends by itself. */
  static void stayUp(LocalStack stack) throws InterruptedException {
    while (true) {
      stack.requireAlive();
      Thread.sleep(500);
    }
  }

  static void printAddresses(StackLayout layout, PrintWriter out) {
    out.println();
    out.printf("  API and its documentation   %s/docs%n", layout.queryUrl());
    out.printf("  Similar items               %s/v1/items/85123A/similar%n", layout.queryUrl());
    out.printf("  Kafka                       %s%n", layout.bootstrapServers());
    out.printf("  Schema registry             %s%n", layout.registryUrl());
    out.printf(
        "  Health of streams-app       http://127.0.0.1:%d/health/readiness%n",
        layout.streamsPort());
    out.printf("  Logs                        %s%n", layout.log("*").getParent());
    out.println();
  }
}
