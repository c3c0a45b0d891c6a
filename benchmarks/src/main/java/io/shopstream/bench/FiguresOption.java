package io.shopstream.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the figures of a command go: to its last line and, if one is named, to a file. */
public final class FiguresOption {

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the pairs of the last line here too, as JSON.")
  private Optional<Path> json = Optional.empty();

  /**
   * Ends a command with its figures.
   *
   * @throws IllegalStateException when the file cannot be written
   */
  public void tell(PrintWriter out, Figures figures) {
    json.ifPresent(figures::writeJson);
    out.println(figures.line());
    out.flush();
  }
}
