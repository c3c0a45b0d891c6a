package io.shopstream.bench.backbone;

import io.shopstream.local.Installation;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import io.shopstream.local.registry.Registry;
import io.shopstream.local.stack.StackLayout;
import io.shopstream.local.stack.StackSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A temporary folder, free ports and a schema registry for one command, and every process that it
 * starts. All of it is gone after {@link #close}, which also runs on Ctrl-C.
 */
public final class Workplace implements AutoCloseable {

  private static final Duration READY = Duration.ofMinutes(2);
  private static final int ATTEMPTS = 100;
  private static final StackSize LARGEST = new StackSize(4, 4, 3);

  private final Installation installation;
  private final Path folder;
  private final int portOffset;
  private final Deque<ChildProcess> processes = new ArrayDeque<>();
  private final Thread hook = new Thread(this::discard, "stop-bench");
  private Registry registry;
  private ChildProcess registryProcess;
  private boolean closed;

  private Workplace(Installation installation, Path folder, int portOffset) {
    this.installation = installation;
    this.folder = folder;
    this.portOffset = portOffset;
  }

  /** Makes the folder and starts the registry. */
  public static Workplace open() {
    try {
      var folder = Files.createTempDirectory("shopstream-bench-");
      var workplace = new Workplace(Installation.find(), folder, freePortOffset(folder));
      Runtime.getRuntime().addShutdownHook(workplace.hook);
      try {
        workplace.startRegistry();
      } catch (RuntimeException e) {
        workplace.close();
        throw e;
      }
      return workplace;
    } catch (IOException e) {
      throw new UncheckedIOException("No temporary folder can be made", e);
    }
  }

  private static int freePortOffset(Path folder) {
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      var layout =
          new StackLayout(folder, ThreadLocalRandom.current().nextInt(12_000, 22_000), LARGEST);
      if (layout.ports().values().stream().allMatch(Ports::isFree)) {
        return layout.portOffset();
      }
    }
    throw new IllegalStateException("No free ports found between 19000 and 32000");
  }

  private void startRegistry() {
    var layout = layout("registry");
    registry =
        new Registry(
            installation, layout.data("registry"), layout.log("registry"), layout.registryPort());
    registryProcess = track(registry.start(Lifetime.WITH_PARENT));
    registry.awaitReady(registryProcess, READY);
  }

  /** The registry that all rounds share. */
  public Registry registry() {
    return registry;
  }

  /** The process of the registry as it was started first. */
  public ChildProcess registryProcess() {
    return registryProcess;
  }

  /** Where the built programs are. */
  public Installation installation() {
    return installation;
  }

  /** Files of one round, all on the same ports, of which one runs at a time. */
  public StackLayout layout(String round) {
    return new StackLayout(folder.resolve(round), portOffset);
  }

  /** Takes care of a process that was started; after the end of this workplace it is stopped. */
  public synchronized ChildProcess track(ChildProcess process) {
    if (closed) {
      process.kill();
      throw new IllegalStateException("Stopped");
    }
    processes.push(process);
    return process;
  }

  /** Stops a process and forgets it. */
  public synchronized void stop(ChildProcess process) {
    process.stop();
    processes.remove(process);
  }

  /** Forgets a process that has ended otherwise. */
  public synchronized void forget(ChildProcess process) {
    processes.remove(process);
  }

  /** Kills everything and deletes the folder. */
  private synchronized void discard() {
    if (closed) {
      return;
    }
    closed = true;
    while (!processes.isEmpty()) {
      processes.pop().kill();
    }
    delete(folder);
  }

  /** Deletes a folder with what is in it. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println(folder + " is left behind: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    discard();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook with it.
      return;
    }
  }
}
