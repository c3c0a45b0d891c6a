package io.shopstream.local.commands;

import io.shopstream.local.Installation;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.stack.LocalStack;
import io.shopstream.local.stack.StackLayout;
import io.shopstream.local.stack.StackSize;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts everything and stays until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Starts a Kafka broker, a schema registry, streams-app and query-service on this machine,"
          + " with the data of the last time, and stays until Ctrl-C, which stops all of them.",
      "Data, logs and process files are in local-data/port-offset-N."
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream up --detach",
      "  ./shopstream up --streams 3 --queries 2 --brokers 3"
    })
public final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  @Option(
      names = "--detach",
      description =
          "Return when everything is ready, and leave it running until ./shopstream down.")
  private boolean detach;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Instances of streams-app, each with its own state; with more than one, another instance"
              + " follows each store (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Instances of query-service: port 8080, then 8091, 8092 … (default: ${DEFAULT-VALUE}).")
  private int queries;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Brokers, 1 or 3; three keep three copies of everything (default: ${DEFAULT-VALUE})."
              + " Fixed for the life of the data.")
  private int brokers;

  @Option(
      names = "--secure-kafka",
      description =
          "Kafka takes clients with TLS and a password only (SASL/PLAIN); certificate and client"
              + " properties are made in the folder of the stack. Stays so for the life of the"
              + " data.")
  private boolean secureKafka;

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var installation = Installation.find();
    var lifetime = detach ? Lifetime.DETACHED : Lifetime.WITH_PARENT;
    var stack =
        new LocalStack(installation, options.layout().withSize(size()), lifetime, out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop-stack"));
    if (secureKafka) {
      stack.layout().secureKafka();
    }
    stack.startBackbone();
    stack.startApplications();
    installation.makeClassArchives(lifetime);
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

  private StackSize size() {
    try {
      return new StackSize(streams, queries, brokers);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
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
    out.printf("  A shop on it                %s/shop%n", layout.queryUrl());
    out.printf("  What goes on in it          %s/ops%n", layout.queryUrl());
    out.printf("  API and its documentation   %s/docs%n", layout.queryUrl());
    out.printf("  Similar items               %s/v1/items/85123A/similar%n", layout.queryUrl());
    out.printf("  Kafka                       %s%n", layout.bootstrapServers());
    layout
        .kafkaSecurity()
        .ifPresent(
            security -> out.printf("  KAFKA_CLIENT_CONFIG         %s%n", security.clientConfig()));
    out.printf("  Schema registry             %s%n", layout.registryUrl());
    for (var i = 1; i < layout.size().queries(); i++) {
      out.printf("  Another query-service       %s%n", layout.queryUrl(i));
    }
    for (var i = 0; i < layout.size().streams(); i++) {
      out.printf(
          "  Health of %-17s http://127.0.0.1:%d/health/readiness%n",
          StackLayout.name("streams-app", i), layout.streamsPort(i));
    }
    out.printf("  Logs                        %s%n", layout.log("*").getParent());
    out.println();
  }
}
