package io.shopstream.local.process;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/** A running JVM that this process started, under the eye of a {@link Guard}. */
public final class ChildProcess implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(25);
  private static final int LOG_TAIL_BYTES = 4096;
  private static final long LARGE_LOG_BYTES = 16L << 20;

  private final JavaProgram program;
  private final Process process;

  private ChildProcess(JavaProgram program, Process process) {
    this.program = program;
    this.process = process;
  }

  /**
   * Starts the program and returns at once.
   *
   * @throws UncheckedIOException when the process or its log file cannot be made
   */
  public static ChildProcess start(JavaProgram program, Lifetime lifetime) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.jvmOptions());
    command.add("-cp");
    command.add(String.join(File.pathSeparator, program.classPath()));
    command.add(Guard.class.getName());
    command.add(lifetime.name());
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.add(program.mainClass());
    command.addAll(program.arguments());
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(program.environment());
    try {
      if (program.log().isPresent()) {
        var log = program.log().get();
        Files.createDirectories(log.toAbsolutePath().getParent());
        putAside(log);
        builder.redirectInput(Redirect.from(new File("/dev/null")));
        builder.redirectErrorStream(true);
        builder.redirectOutput(Redirect.appendTo(log.toFile()));
      } else {
        builder.inheritIO();
      }
      return new ChildProcess(program, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(program.name() + " cannot be started", e);
    }
  }

  /** A log that has grown large makes way for a new one; one old log is kept. */
  private static void putAside(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LARGE_LOG_BYTES) {
      Files.move(log, log.resolveSibling(log.getFileName() + ".1"), REPLACE_EXISTING);
    }
  }

  public String name() {
    return program.name();
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * The exit code of a process that has ended.
   *
   * @throws IllegalThreadStateException when it is still running
   */
  public int exitCode() {
    return process.exitValue();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /**
   * Fails if the process has ended.
   *
   * @throws IllegalStateException with the exit code and the end of the log
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw failure("ended with exit code " + process.exitValue());
    }
  }

  /** An exception that says what is wrong with this process and shows the end of its log. */
  public IllegalStateException failure(String what) {
    var tail =
        program
            .log()
            .map(log -> " The end of %s:%n%s".formatted(log, tail(log).stripTrailing()))
            .orElse("");
    return new IllegalStateException("The %s %s.%s".formatted(name(), what, tail));
  }

  private static String tail(Path log) {
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      var start = Math.max(0, file.length() - LOG_TAIL_BYTES);
      file.seek(start);
      var bytes = new byte[(int) (file.length() - start)];
      file.readFully(bytes);
      var text = new String(bytes, StandardCharsets.UTF_8);
      return start == 0 ? text : text.substring(text.indexOf('\n') + 1);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /** Asks the process to end (SIGTERM) and kills it when it has not ended in 25 seconds. */
  public void stop() {
    process.destroy();
    if (!awaitEnd(GRACE)) {
      kill();
    }
  }

  /** Kills the process (SIGKILL) and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(GRACE);
  }

  @Override
  public void close() {
    stop();
  }

  /** Waits for the end of the process; false if it is still running after the time-out. */
  public boolean awaitEnd(Duration timeout) {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
