package io.shopstream.streams;

import io.micronaut.runtime.Micronaut;
import org.slf4j.LoggerFactory;

/** Starts the process that holds all state. */
public final class StreamsApplication {

  private StreamsApplication() {}

  /** Configuration comes from application.yml and the environment. */
  public static void main(String[] args) {
    try {
      Micronaut.build(args).mainClass(StreamsApplication.class).banner(false).start();
    } catch (RuntimeException e) {
      // Threads that were started before the failure would keep a useless process alive.
      LoggerFactory.getLogger(StreamsApplication.class).error("streams-app could not start", e);
      System.exit(1);
    }
  }
}
