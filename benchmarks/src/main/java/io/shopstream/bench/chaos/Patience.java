package io.shopstream.bench.chaos;

import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets a process that is started again wait for the processor until it is ready. In a shop it has a
 * machine of its own; here it would take the cores from those that serve meanwhile, and its start,
 * which costs ten seconds of a core, would be measured in their answers.
 *
 * <p>Only the superuser may give a process its priority back, so without that right nothing is
 * done.
 */
final class Patience {

  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final int LOW = 8;
  private static final int USUAL = 0;

  private Patience() {}

  /** Lowers the priority of what was just started, until it is ready. */
  static void untilReady(Component component, ChildProcess process) {
    if (!System.getProperty("user.name").equals("root")) {
      return;
    }
    var pid = process.handle().pid();
    renice(LOW, pid);
    var thread =
        new Thread(
            () -> {
              try {
                renice(LOW, pid); // threads that began before
                component.awaitReady(process, LONGEST);
              } catch (RuntimeException e) {
                // It has ended, or is told to by whoever waits for it.
              } finally {
                renice(USUAL, pid);
              }
            },
            "patience");
    thread.setDaemon(true);
    thread.start();
  }

  private static void renice(int priority, long pid) {
    try {
      var command = new ArrayList<>(List.of("renice", "-n", Integer.toString(priority), "-p"));
      command.addAll(threads(pid));
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      // No such process any more, or no such command: it only competes for the processor.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** On Linux each thread has a priority of its own. */
  private static List<String> threads(long pid) throws IOException {
    var tasks = Path.of("/proc", Long.toString(pid), "task");
    if (!Files.isDirectory(tasks)) {
      return List.of(Long.toString(pid));
    }
    try (var all = Files.list(tasks)) {
      return all.map(task -> task.getFileName().toString()).toList();
    }
  }
}
