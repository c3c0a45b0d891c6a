package io.shopstream.bench.backbone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Where the processor time of the JVMs of a command goes, drawn by async-profiler: an HTML page a
 * JVM, which it writes when it ends. A sample a millisecond costs some percent, so figures of such
 * a run are not those of one without.
 */
public final class FlameGraphs {

  @Option(
      names = "--flame-graphs",
      paramLabel = "DIR",
      description =
          "Draw where the processor time of each JVM that is measured goes, thread by thread, into this folder, as an"
              + " HTML page each (async-profiler; Linux and macOS). It costs some percent of the figures.")
  private Optional<Path> folder = Optional.empty();

  /**
   * Options that make a JVM draw its own, none when nobody asked for it.
   *
   * @param name of the file, without ending
   * @throws UncheckedIOException when the folder cannot be made
   * @throws IllegalStateException on a system that async-profiler has no library for
   */
  public List<String> jvmOptions(String name) {
    return folder
        .map(directory -> List.of(agent(directory.toAbsolutePath(), name)))
        .orElse(List.of());
  }

  private static String agent(Path directory, String name) {
    try {
      Files.createDirectories(directory);
      return "-agentpath:%s=start,event=cpu,interval=1ms,threads,minwidth=0.1,title=%s,file=%s"
          .formatted(library(), name, directory.resolve(name + ".html"));
    } catch (IOException e) {
      throw new UncheckedIOException("No flame graph can be drawn into " + directory, e);
    }
  }

  private static Path library() throws IOException {
    var platform =
        platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "async-profiler knows Linux on x64 and arm64 and macOS, not this system:"
                            + " leave --flame-graphs out"));
    try (var packed =
        FlameGraphs.class.getResourceAsStream("/" + platform + "/libasyncProfiler.so")) {
      if (packed == null) {
        throw new IOException("libasyncProfiler.so of " + platform + " is not on the class path");
      }
      var file = Files.createTempFile("libasyncProfiler-", ".so");
      file.toFile().deleteOnExit();
      Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    }
  }

  /** The folder of its library in the jar. */
  static Optional<String> platform(String system, String processor) {
    var name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return Optional.of("macos");
    }
    if (!name.startsWith("linux")) {
      return Optional.empty();
    }
    return switch (processor) {
      case "amd64", "x86_64" -> Optional.of("linux-x64");
      case "aarch64" -> Optional.of("linux-arm64");
      default -> Optional.empty();
    };
  }
}
