package io.shopstream.local.stack;

import io.shopstream.local.Installation;
import io.shopstream.local.process.JavaProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The project's load generator: no server, but a program that runs to its end. */
public final class LoadGenerator {

  private static final String MODULE = "load-generator";

  /** It reads its files line by line, and what waits to be sent is bounded. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms64m",
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:MaxDirectMemorySize=64m",
          "-XX:MaxMetaspaceSize=96m",
          "-XX:ReservedCodeCacheSize=64m",
          "-Xss512k");

  private LoadGenerator() {}

  /**
   * A run of it.
   *
   * @param arguments its command and the options of that
   * @param environment tells where Kafka and the registry are
   * @param log file for what it prints; empty when that goes where the output of this process goes
   */
  public static JavaProgram program(
      Installation installation,
      List<String> arguments,
      Map<String, String> environment,
      Optional<Path> log) {
    return installation
        .classArchives()
        .with(
            new JavaProgram(
                MODULE,
                JVM_OPTIONS,
                installation.applicationClassPath(MODULE),
                "io.shopstream.load.LoadGeneratorApplication",
                arguments,
                environment,
                log));
  }
}
