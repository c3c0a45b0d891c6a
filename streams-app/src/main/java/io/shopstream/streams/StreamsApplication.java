package io.shopstream.streams;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.EmbeddedServer;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.streams.runtime.StreamsRuntime;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Starts the process that holds all state. */
public final class StreamsApplication {

  private StreamsApplication() {}

  /** Configuration comes from application.yml and the environment. */
  public static void main(String[] args) {
    // Kafka Streams formats a message for every record of a task with an empty topic
    // (PartitionGroup.readyToProcess); digits of any other locale are looked up anew each time.
    Locale.setDefault(Locale.US);
    AvroBinary.boundWhatBytesMayClaim();
    try {
      var context =
          Micronaut.build(args).mainClass(StreamsApplication.class).banner(false).build().start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(context), "stop"));
      context.getBean(EmbeddedServer.class).start();
    } catch (RuntimeException e) {
      // Threads that were started before the failure would keep a useless process alive.
      LoggerFactory.getLogger(StreamsApplication.class).error("streams-app could not start", e);
      System.exit(1);
    }
  }

  /** The applications first, while the server still listens: then nobody waits for an answer. */
  private static void stop(ApplicationContext context) {
    context.getBean(StreamsRuntime.class).stop();
    context.close();
  }
}
