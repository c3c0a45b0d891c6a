package io.shopstream.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What the file of a started process says. The system gives the number of an ended process to
 * another one some day, so the file also holds when the process started.
 *
 * @param name of the component
 * @param pid process id
 * @param started when the process started
 * @param port its clients use, 0 for none
 * @param rank in which it was started; stopped in reverse order
 */
public record RunningProcess(String name, long pid, Instant started, int port, int rank) {

  /** Two readings of a start time differ when the system's clock was set in between. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(3);

  private static final String SUFFIX = ".properties";

  /** Describes a process that runs now. */
  public static RunningProcess of(String name, ProcessHandle process, int port, int rank) {
    return new RunningProcess(
        name,
        process.pid(),
        process
            .info()
            .startInstant()
            .orElse(Instant.EPOCH)
            .truncatedTo(java.time.temporal.ChronoUnit.MILLIS),
        port,
        rank);
  }

  /**
   * The processes whose files are in a folder, in the order of their start; they may have ended.
   */
  public static List<RunningProcess> readAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .map(RunningProcess::read)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparingInt(RunningProcess::rank))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }

  private static Optional<RunningProcess> read(Path file) {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return Optional.of(
          new RunningProcess(
              properties.getProperty("name"),
              Long.parseLong(properties.getProperty("pid")),
              Instant.parse(properties.getProperty("started")),
              Integer.parseInt(properties.getProperty("port")),
              Integer.parseInt(properties.getProperty("rank"))));
    } catch (IOException | RuntimeException e) {
      // Removed meanwhile by the stack that it belongs to, or not one of ours.
      return Optional.empty();
    }
  }

  /** Writes the file, whole or not at all. */
  public void write(Path folder) {
    var text =
        "name=%s%npid=%d%nstarted=%s%nport=%d%nrank=%d%n".formatted(name, pid, started, port, rank);
    try {
      Files.createDirectories(folder);
      var draft = Files.writeString(folder.resolve(name + ".draft"), text);
      Files.move(draft, folder.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("The process file of " + name + " cannot be written", e);
    }
  }

  /** Removes the file. */
  public void remove(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(name + SUFFIX));
    } catch (IOException e) {
      throw new UncheckedIOException("The process file of " + name + " cannot be removed", e);
    }
  }

  /**
   * Whether two processes are of one kind: these are asked to end together. A broker that is left
   * alone waits for the others, which it needs to say goodbye; an application that is left alone
   * takes over what the others held, only to end too.
   */
  static boolean areOfOneKind(String name, String other) {
    return kind(name).equals(kind(other));
  }

  private static String kind(String name) {
    return name.replaceFirst("-\\d+$", "");
  }

  /** The process, if it still runs and is the one that was started. */
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(start -> Duration.between(started, start).abs())
                    .map(difference -> difference.compareTo(CLOCK_TOLERANCE) < 0)
                    .orElse(false));
  }
}
