package io.shopstream.local.stack;

import io.shopstream.local.process.ResidentMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A stack as its process files tell, whoever started it: this command, another terminal, or one
 * that was killed.
 *
 * @param layout where it keeps its files
 */
public record RunningStack(StackLayout layout) {

  private static final Duration LAUNCHER_GRACE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(25);

  /**
   * One line of the status.
   *
   * @param process as its file says
   * @param running whether it still runs
   * @param uptime since its start; zero when it does not run
   * @param pssBytes proportional set size; 0 when it does not run or the system does not tell
   */
  public record Line(RunningProcess process, boolean running, Duration uptime, long pssBytes) {}

  /** A line for each process that was started and not stopped in order. */
  public List<Line> status() {
    var lines = new ArrayList<Line>();
    for (var process : RunningProcess.readAll(layout.run())) {
      var running = process.handle().isPresent();
      lines.add(
          new Line(
              process,
              running,
              running ? Duration.between(process.started(), Instant.now()) : Duration.ZERO,
              running ? ResidentMemory.proportionalSetSize(process.pid()).orElse(0) : 0));
    }
    return lines;
  }

  /**
   * Stops every process that still runs, the newest first.
   *
   * @param progress takes a line for each
   * @return how many were stopped
   */
  public int stop(Consumer<String> progress) {
    var processes = new ArrayList<>(RunningProcess.readAll(layout.run()));
    Collections.reverse(processes);
    var running = processes.stream().filter(process -> process.handle().isPresent()).count();
    // A launcher that still runs stops its children itself, in order, and removes their files.
    processes.stream()
        .filter(process -> process.name().equals(LocalStack.LAUNCHER))
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .forEach(launcher -> stop(launcher, LAUNCHER_GRACE, progress));
    for (var process : processes) {
      processes.stream()
          .filter(one -> RunningProcess.areOfOneKind(one.name(), process.name()))
          .flatMap(one -> one.handle().stream())
          .forEach(ProcessHandle::destroy);
      stop(process, GRACE, progress);
      process.remove(layout.run());
    }
    return (int) running;
  }

  private static void stop(RunningProcess process, Duration grace, Consumer<String> progress) {
    var handle = process.handle();
    if (handle.isEmpty()) {
      return;
    }
    progress.accept("stopping %s (process %d)".formatted(process.name(), process.pid()));
    handle.get().destroy();
    try {
      handle.get().onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      progress.accept(process.name() + " does not end by itself and is killed");
      handle.get().destroyForcibly();
    }
  }
}
