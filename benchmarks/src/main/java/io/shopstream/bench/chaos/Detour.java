package io.shopstream.bench.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A network between two processes that can be slow or cut: passes on what comes in on one port of
 * the loopback interface to another. What was sent while it is cut arrives when it is whole again,
 * as after a loss of packets; nobody is told meanwhile.
 */
final class Detour implements AutoCloseable {

  private static final int CHUNK_BYTES = 32 * 1024;
  private static final long LOOK_MILLIS = 20;
  private static final int BACKLOG = 256;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;
  private volatile boolean cut;
  private volatile boolean closed;

  /**
   * Begins to pass on.
   *
   * @param port where it listens
   * @param target where it passes on to; nothing need listen there yet
   */
  Detour(int port, int target) {
    this.target = target;
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException("Port " + port + " cannot be listened on", e);
    }
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  /** From now on everything takes this much longer, in each direction. */
  void slow(Duration delay) {
    delayNanos = delay.toNanos();
    cut = false;
  }

  /** From now on nothing arrives. */
  void cut() {
    cut = true;
  }

  /** From now on everything arrives at once. */
  void whole() {
    slow(Duration.ZERO);
  }

  private void accept() {
    while (!closed) {
      try {
        var near = server.accept();
        sockets.add(near);
        start(() -> connect(near));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket near) {
    var far = new Socket();
    sockets.add(far);
    try {
      awaitWhole();
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      start(() -> pump(far, near));
      pump(near, far);
    } catch (IOException e) {
      close(near, far);
    }
  }

  private void pump(Socket from, Socket to) {
    var chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (var size = in.read(chunk); size >= 0; size = in.read(chunk)) {
        awaitWhole();
        TimeUnit.NANOSECONDS.sleep(delayNanos);
        out.write(chunk, 0, size);
      }
    } catch (IOException e) {
      // One side is gone: so is the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(from, to);
  }

  private void awaitWhole() throws IOException {
    try {
      while (cut) {
        if (closed) {
          throw new IOException("closed");
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void close(Socket... both) {
    for (var socket : both) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed then.
      }
      sockets.remove(socket);
    }
  }

  private static void start(Runnable task) {
    var thread = new Thread(null, task, "detour", CHUNK_BYTES * 4L);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    try {
      server.close();
    } catch (IOException e) {
      // It goes with the process.
    }
    close(sockets.toArray(Socket[]::new));
  }
}
