package io.shopstream.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Ports of the loopback interface. */
public final class Ports {

  private static final String LISTENING = "0A";

  /** A port that was told once may be bound at any time after. */
  private static final Set<Integer> TOLD = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /**
   * A port that is free now, and another at each call in a process. It lies below the range from
   * which systems take the ports of outgoing connections, so that it is still free when a server is
   * stopped and started again.
   */
  public static int free() {
    for (var attempt = 0; attempt < 1000; attempt++) {
      var port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      if (isFree(port) && TOLD.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException("No free port found between 20000 and 32000");
  }

  /** Whether a server could listen on this port of the loopback interface. */
  public static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The process that listens on a port, where the system lets us see it (Linux). */
  public static Optional<ProcessHandle> listener(int port) {
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .map(Path::of)
        .flatMap(Ports::lines)
        .map(line -> line.trim().split("\\s+"))
        .filter(columns -> columns.length > 9 && columns[3].equals(LISTENING))
        .filter(columns -> columns[1].endsWith(":%04X".formatted(port)))
        .map(columns -> "socket:[" + columns[9] + "]")
        .flatMap(socket -> ProcessHandle.allProcesses().filter(process -> holds(process, socket)))
        .findFirst();
  }

  private static Stream<String> lines(Path table) {
    try {
      return Files.readAllLines(table).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static boolean holds(ProcessHandle process, String socket) {
    try (var descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return descriptors.anyMatch(descriptor -> target(descriptor).equals(socket));
    } catch (IOException e) {
      return false; // of another user, or gone
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
