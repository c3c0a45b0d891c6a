package io.shopstream.local.demo;

import io.shopstream.local.Installation;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.stack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The load generator's replay of the shipped data set, as a program of its own on this terminal.
 *
 * @param installation where its classes are
 */
public record ReplayProgram(Installation installation) {

  /**
   * Publishes what is not yet published.
   *
   * @param fromStart whether to publish every event again, with the times of the first time
   * @throws IllegalStateException when it fails
   */
  ReplayReport run(LocalStack stack, boolean fromStart) {
    var layout = stack.layout();
    var report = layout.data("replay").resolve("report.json");
    try {
      Files.createDirectories(report.getParent());
      Files.deleteIfExists(report);
    } catch (IOException e) {
      throw new UncheckedIOException(report.getParent() + " cannot be written", e);
    }
    var arguments =
        new ArrayList<>(
            List.of(
                "replay",
                "--dataset",
                "online-retail",
                "--speed",
                "max",
                "--state-dir",
                report.getParent().toString(),
                "--json",
                report.toString()));
    if (fromStart) {
      arguments.add("--from-start");
    }
    var code =
        stack.run(
            installation
                .classArchives()
                .with(
                    new JavaProgram(
                        "load-generator",
                        List.of(
                            "-Xms64m",
                            "-Xmx384m",
                            "-XX:+UseSerialGC",
                            "-XX:MaxDirectMemorySize=64m",
                            "-XX:MaxMetaspaceSize=96m",
                            "-XX:ReservedCodeCacheSize=64m",
                            "-Xss512k"),
                        installation.applicationClassPath("load-generator"),
                        "io.shopstream.load.LoadGeneratorApplication",
                        arguments,
                        stack.clientEnvironment(),
                        Optional.empty())));
    if (code != 0) {
      throw new IllegalStateException("The replay ended with exit code " + code);
    }
    return ReplayReport.read(report);
  }
}
