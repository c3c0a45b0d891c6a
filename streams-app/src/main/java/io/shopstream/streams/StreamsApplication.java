package io.shopstream.streams;

import io.micronaut.runtime.Micronaut;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Starts the process that holds all state. */
public final class StreamsApplication {

  private StreamsApplication() {}

  /** Configuration comes from application.yml and the environment. */
  public static void main(String[] args) {
    // Kafka Streams formats a message for every record of a task with an empty topic (4.2 and
    // later,
    // PartitionGroup.readyToProcess); digits of any other locale are looked up anew each time.
    Locale.setDefault(Locale.US);
    try {
      Micronaut.build(args).mainClass(StreamsApplication.class).banner(false).start();
    } catch (RuntimeException e) {
      // Threads that were started before the failure would keep a useless process alive.
      LoggerFactory.getLogger(StreamsApplication.class).error("streams-app could not start", e);
      System.exit(1);
    }
  }
}
