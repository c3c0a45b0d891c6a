package io.shopstream.local.process;

import java.time.Duration;

/** A server that runs in a child process. */
public interface Component {

  /** Short name for messages and files, for example {@code broker}. */
  String name();

  /** The port of the loopback interface that its clients use. */
  int port();

  /** Starts it and returns at once. */
  ChildProcess start(Lifetime lifetime);

  /**
   * Waits until it can serve.
   *
   * @throws IllegalStateException when the process ends or cannot serve in time
   */
  void awaitReady(ChildProcess process, Duration timeout);
}
