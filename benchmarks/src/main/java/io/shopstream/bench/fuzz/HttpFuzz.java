package io.shopstream.bench.fuzz;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Sends mutated requests over kept connections and judges the answers. */
public final class HttpFuzz {

  private static final int PATIENCE_MS = 15_000;
  private static final int MOST_SHOWN = 20;
  private static final int EXCERPT = 600;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final URI service;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unavailable = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private final AtomicLong serverErrors = new AtomicLong();
  private final AtomicLong hung = new AtomicLong();
  private final List<String> failures = new ArrayList<>();

  /**
   * @param url root address of the query service
   */
  public HttpFuzz(String url) {
    this.service = URI.create(url);
  }

  /** Sends so many requests, one after the other. */
  public void send(long requests, SplittableRandom random) {
    var made = new Requests(random);
    Connection connection = null;
    for (var i = 0L; i < requests; i++) {
      var request = made.next();
      try {
        if (connection == null) {
          connection = new Connection();
        }
        connection = exchange(connection, request);
      } catch (SocketTimeoutException e) {
        hung.incrementAndGet();
        fail("no answer", request);
        if (connection != null && connection.previous != null) {
          fail("on a connection that had answered " + connection.status, connection.previous);
        }
        connection = close(connection);
      } catch (IOException e) {
        closed.incrementAndGet();
        connection = close(connection);
      }
    }
    close(connection);
  }

  /** Returns the connection if it can be used again, else null. */
  private Connection exchange(Connection connection, Requests.Request request) throws IOException {
    connection.socket.getOutputStream().write(request.bytes());
    connection.socket.getOutputStream().flush();
    if (!request.framed()) {
      connection.socket.shutdownOutput();
    }
    var status = connection.answer(request);
    if (status >= SERVER_ERROR && status != UNAVAILABLE) {
      serverErrors.incrementAndGet();
      fail("answered " + status, request);
    } else if (status == UNAVAILABLE) {
      unavailable.incrementAndGet();
    } else if (status >= BAD_REQUEST) {
      refused.incrementAndGet();
    } else if (status >= OK) {
      taken.incrementAndGet();
    }
    connection.previous = request;
    connection.status = status;
    // After a head that it cannot read, Netty answers 400 and reads nothing more of the connection.
    return request.framed() && connection.reusable && status != BAD_REQUEST
        ? connection
        : close(connection);
  }

  private static Connection close(Connection connection) {
    if (connection != null) {
      try {
        connection.socket.close();
      } catch (IOException e) {
        // It is of no use any more.
      }
    }
    return null;
  }

  private void fail(String what, Requests.Request request) {
    synchronized (failures) {
      if (failures.size() < MOST_SHOWN) {
        var text = new String(request.bytes(), StandardCharsets.ISO_8859_1);
        failures.add(
            what
                + ": "
                + (text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…")
                    .replace("\r\n", "⏎")
                    .replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "·"));
      }
    }
  }

  /** One connection to the service. */
  private final class Connection {
    private final Socket socket;
    private final InputStream in;
    private boolean reusable = true;
    private Requests.Request previous;
    private int status;

    Connection() throws IOException {
      socket = new Socket(service.getHost(), service.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MS);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    /** Reads an answer and returns its status. */
    int answer(Requests.Request request) throws IOException {
      var head = head();
      while (head.startsWith("HTTP/1.1 100")) {
        head = head();
      }
      var lower = head.toLowerCase(Locale.ROOT);
      var status = Integer.parseInt(head.substring(9, 12));
      reusable = !lower.contains("connection: close");
      var isHead =
          request.bytes().length > 5
              && new String(request.bytes(), 0, 5, StandardCharsets.ISO_8859_1).equals("HEAD ");
      if (lower.contains("text/event-stream") || status < OK) {
        reusable = false; // it does not end
      } else if (!isHead && lower.contains("transfer-encoding: chunked")) {
        skipChunks();
      } else if (!isHead && lower.contains("content-length: ")) {
        var from = lower.indexOf("content-length: ") + "content-length: ".length();
        in.skipNBytes(Long.parseLong(lower.substring(from, lower.indexOf("\r\n", from)).strip()));
      }
      return status;
    }

    private String head() throws IOException {
      var head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        var next = in.read();
        if (next < 0) {
          throw new EOFException();
        }
        head.append((char) next);
      }
      return head.toString();
    }

    private void skipChunks() throws IOException {
      while (true) {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
          if (next < 0) {
            throw new EOFException();
          }
          line.append((char) next);
        }
        var size = Long.parseLong(line.toString().strip(), 16);
        in.skipNBytes(size + 2);
        if (size == 0) {
          return;
        }
      }
    }
  }

  /** Requests answered 2xx or 3xx. */
  public long taken() {
    return taken.get();
  }

  /** Requests answered 4xx. */
  public long refused() {
    return refused.get();
  }

  /** Requests answered 503: try again later. */
  public long unavailable() {
    return unavailable.get();
  }

  /**
   * Connections that the service closed without an answer, as it may when the framing is broken.
   */
  public long closed() {
    return closed.get();
  }

  /** Requests answered 5xx, other than 503. */
  public long serverErrors() {
    return serverErrors.get();
  }

  /** Requests that got no answer and no end of the connection. */
  public long hung() {
    return hung.get();
  }

  /** The first requests that failed, for people. */
  public List<String> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }
}
