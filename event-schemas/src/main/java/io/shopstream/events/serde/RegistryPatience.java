package io.shopstream.events.serde;

import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registry again while it cannot be reached. A stream thread that waits keeps its
 * partitions; one that fails gives them away, to others who cannot reach it either.
 *
 * @param longest how long one question may take; zero for one try
 */
record RegistryPatience(Duration longest) {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryPatience.class);
  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 2_000;

  /** The answer, or what the last try threw. */
  <R> R ask(Supplier<R> question) {
    var deadline = System.nanoTime() + longest.toNanos();
    for (var pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      try {
        return question.get();
      } catch (RuntimeException e) {
        if (!isUnreachable(e) || System.nanoTime() - deadline >= 0 || !pause(pauseMs)) {
          throw e;
        }
        LOG.warn("The schema registry cannot be reached, asking again: {}", e.toString());
      }
    }
  }

  /** False when the thread is to end. */
  private static boolean pause(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether this says that the registry cannot be reached, and so nothing about a record. */
  static boolean isUnreachable(Throwable exception) {
    for (var cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException
          || cause instanceof UnknownHostException
          || cause instanceof HttpTimeoutException
          || isTroubleOfTheClient(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Apicurio's client loses what was wrong with the connection, and throws the class itself; what
   * the registry says of an id or a schema is a subclass. Confluent's client has one class for all,
   * with the code that the registry answered; only that there is no such id (404..) says something
   * about a record.
   */
  private static boolean isTroubleOfTheClient(Throwable cause) {
    return cause.getClass().getSimpleName().equals("RestClientException")
        && (cause.getMessage() == null || !cause.getMessage().contains("error code: 404"));
  }
}
