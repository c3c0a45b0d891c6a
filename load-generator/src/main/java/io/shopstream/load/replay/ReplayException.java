package io.shopstream.load.replay;

/** A replay cannot go on; the message tells a person what is wrong and what to do. */
public final class ReplayException extends Exception {

  ReplayException(String message) {
    super(message);
  }

  ReplayException(String message, Throwable cause) {
    super(message, cause);
  }
}
