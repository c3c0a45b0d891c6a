package io.shopstream.bench.queries;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Asks at a constant rate, whether answers come or not, over HTTP/1.1 connections that stay open.
 * Latency counts from the time a question was due, so a server that stands still is charged for
 * every question that should have been asked meanwhile (no coordinated omission).
 *
 * <p>It shares its processors with what it measures, so it does little: the calling thread sleeps
 * until a question is due and writes ready bytes, one other thread waits in a selector and reads.
 */
public final class OpenLoop implements AutoCloseable {

  /** A question without an answer after this is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * A question that found no free connection after this is given up too. Less than the patience, so
   * that what is asked has time to be answered: a backlog must end when its cause does.
   */
  private static final Duration LATEST_START = Duration.ofSeconds(1);

  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration AHEAD = Duration.ofMillis(20);

  /**
   * The sender sleeps this long at least, and then asks all that is due: waking for each question
   * would take it as long as asking does. What is asked later for it counts as latency.
   */
  private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  private static final long SWEEP_MS = 100;
  private static final int DIGITS = 3;
  private static final int ANSWER_BYTES = 1 << 16;
  private static final int REQUEST_BYTES = 1 << 10;
  private static final int CONNECT_MS = 2_000;

  private final InetSocketAddress address;
  private final Questions questions;
  private final Selector selector;
  private final BlockingQueue<Connection> idle;
  private final List<Connection> connections = new ArrayList<>();
  private final Thread receiver = new Thread(this::receive, "bench-answers");
  private volatile Counts counts;
  private volatile boolean closed;
  private long asked;

  /** A connection, and the question that is under way on it. */
  private static final class Connection {
    private final HttpAnswer answer = new HttpAnswer(ANSWER_BYTES);
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
    private volatile SocketChannel channel;
    private long dueNanos;
    private boolean isForKnown;
    // Written last by the sender, so that the receiver sees what stands above.
    private volatile boolean waiting;
  }

  /** What the receiver counts in one run. */
  private static final class Counts {
    private final Histogram latency = new Histogram(LONGEST.toNanos(), DIGITS);
    private long answered;
    private long refused;
    private long empty;
    private long timedOut;
    private long broken;

    void took(long nanos) {
      latency.recordValue(Math.max(0, Math.min(nanos, LONGEST.toNanos())));
    }
  }

  /**
   * Opens the connections.
   *
   * @param size number of connections: of questions under way at a time, others wait for one
   * @throws IOException when the service does not let them in
   */
  OpenLoop(InetSocketAddress address, Questions questions, int size) throws IOException {
    this.address = address;
    this.questions = questions;
    this.selector = Selector.open();
    this.idle = new ArrayBlockingQueue<>(size);
    this.counts = new Counts();
    try {
      for (var i = 0; i < size; i++) {
        var connection = new Connection();
        connections.add(connection);
        connect(connection);
        idle.add(connection);
      }
    } catch (IOException e) {
      disconnect();
      throw e;
    }
    receiver.setDaemon(true);
    receiver.start();
  }

  private void connect(Connection connection) throws IOException {
    var channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(address, CONNECT_MS);
      channel.configureBlocking(false);
      connection.answer.clear();
      channel.register(selector, SelectionKey.OP_READ, connection);
      connection.channel = channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Asks for a while, and waits for the last answer.
   *
   * @param rate questions a second
   */
  public Reading run(int rate, Duration length) throws InterruptedException {
    var run = new Counts();
    counts = run;
    var lateness = new Histogram(LONGEST.toNanos(), DIGITS);
    var number = Math.max(1, rate * length.toMillis() / 1_000);
    var begin = System.nanoTime() + AHEAD.toNanos();
    var givenUp = 0L;
    for (var i = 0L; i < number; i++) {
      var due = begin + i * TimeUnit.SECONDS.toNanos(1) / rate;
      var ahead = due - System.nanoTime();
      while (ahead > 0) {
        LockSupport.parkNanos(Math.max(ahead, SHORTEST_SLEEP_NANOS));
        ahead = due - System.nanoTime();
      }
      var connection = idle.poll();
      if (connection == null) {
        connection =
            idle.poll(due + LATEST_START.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      if (connection == null) {
        givenUp++;
      } else {
        ask(connection, asked++, due);
      }
      lateness.recordValue(Math.max(0, System.nanoTime() - due));
    }
    awaitAnswers();
    if (givenUp > 0) {
      run.timedOut += givenUp;
      run.latency.recordValueWithCount(PATIENCE.toNanos(), givenUp);
    }
    return new Reading(
        rate,
        run.latency,
        lateness,
        run.answered,
        run.refused,
        run.empty,
        run.timedOut,
        run.broken);
  }

  /**
   * Asks and counts nothing. The first tenth of the time at a tenth of the rate and the second at a
   * third: a JVM that has compiled nothing yet would only collect a backlog.
   *
   * @param rate questions a second
   */
  public void warmUp(int rate, Duration length) throws InterruptedException {
    var tenth = length.dividedBy(10);
    run(Math.max(1, rate / 10), tenth);
    run(Math.max(1, rate / 3), tenth);
    run(rate, length.minus(tenth.multipliedBy(2)));
  }

  private void ask(Connection connection, long number, long due) {
    connection.dueNanos = due;
    connection.isForKnown = questions.isForKnown(number);
    connection.request.clear().put(questions.request(number)).flip();
    connection.waiting = true;
    try {
      connection.channel.write(connection.request);
      if (connection.request.hasRemaining()) {
        throw new IOException("The connection takes no more bytes");
      }
    } catch (IOException e) {
      // The receiver finds it closed, counts it and opens another.
      close(connection);
      selector.wakeup();
    }
  }

  /** Takes all connections, which are given back once they are idle, and lays them back. */
  private void awaitAnswers() throws InterruptedException {
    var all = new ArrayList<Connection>();
    while (all.size() < connections.size()) {
      all.add(idle.take());
    }
    idle.addAll(all);
  }

  private void receive() {
    var swept = System.nanoTime();
    while (!closed) {
      try {
        selector.select(key -> read((Connection) key.attachment()), SWEEP_MS);
      } catch (IOException e) {
        throw new IllegalStateException("The answers cannot be waited for", e);
      }
      var now = System.nanoTime();
      if (now - swept > TimeUnit.MILLISECONDS.toNanos(SWEEP_MS)) {
        swept = now;
        sweep(now);
      }
    }
  }

  private void read(Connection connection) {
    HttpAnswer.State state;
    try {
      var read = connection.channel.read(connection.answer.buffer());
      if (read == 0) {
        return;
      }
      state = read < 0 ? HttpAnswer.State.UNREADABLE : connection.answer.advance();
    } catch (IOException e) {
      state = HttpAnswer.State.UNREADABLE;
    }
    if (state == HttpAnswer.State.INCOMPLETE) {
      return;
    }
    if (state == HttpAnswer.State.UNREADABLE || !connection.waiting) {
      // One that ends while nothing is due is opened again by the next sweep.
      close(connection);
      return;
    }
    var run = counts;
    run.took(System.nanoTime() - connection.dueNanos);
    var status = connection.answer.status();
    if (status < 200 || status > 299) {
      run.refused++;
    } else if (connection.isForKnown && connection.answer.isEmpty()) {
      run.empty++;
    } else {
      run.answered++;
    }
    connection.answer.clear();
    connection.waiting = false;
    idle.add(connection);
  }

  /** Gives up what waits too long, and opens again what was closed. */
  private void sweep(long now) {
    for (var connection : connections) {
      // Asked once: the sender may begin a question on it at any time.
      var waiting = connection.waiting;
      var late = waiting && now - connection.dueNanos > PATIENCE.toNanos();
      if (late) {
        close(connection);
      }
      if (connection.channel.isOpen()) {
        continue;
      }
      if (waiting) {
        var run = counts;
        run.took(now - connection.dueNanos);
        run.timedOut += late ? 1 : 0;
        run.broken += late ? 0 : 1;
      }
      try {
        connect(connection);
      } catch (IOException e) {
        // Asked on it the next question breaks too; the next sweep tries again.
        close(connection);
      }
      if (waiting) {
        connection.waiting = false;
        idle.add(connection);
      }
    }
  }

  private static void close(Connection connection) {
    try {
      connection.channel.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }

  private void disconnect() throws IOException {
    connections.stream().filter(one -> one.channel != null).forEach(OpenLoop::close);
    selector.close();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      receiver.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disconnect();
  }
}
