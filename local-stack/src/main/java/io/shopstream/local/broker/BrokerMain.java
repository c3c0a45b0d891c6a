package io.shopstream.local.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kafka.Kafka;
import kafka.tools.StorageTool;

/** Main class of the broker's process: formats the data folder if it is new, and runs Kafka. */
public final class BrokerMain {

  /** Kafka's name for them. */
  private static final String CLEANER = "kafka-log-cleaner-thread";

  private static final long LOOK_MILLIS = 1_000;

  private BrokerMain() {}

  /**
   * Formats and runs.
   *
   * @param args server.properties, data folder, cluster id
   */
  public static void main(String[] args) throws IOException {
    if (!Files.exists(Path.of(args[1], "meta.properties"))) {
      var format = new ArrayList<>(List.of("format", "--config", args[0], "--cluster-id", args[2]));
      if (isAlone(Path.of(args[0]))) {
        format.add("--standalone");
      }
      var code = StorageTool.execute(format.toArray(String[]::new), System.out);
      if (code != 0) {
        System.exit(code);
      }
    }
    giveWayWhileCleaning();
    Kafka.main(new String[] {args[0]});
  }

  /**
   * Compacting a topic takes a core for a third of a second now and then. Nobody waits for it, and
   * whoever commits a transaction meanwhile should not either.
   */
  private static void giveWayWhileCleaning() {
    var looking = new Thread(BrokerMain::lowerCleaners, "cleaner-priority");
    looking.setDaemon(true);
    looking.start();
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it but how soon answers come
  private static void lowerCleaners() {
    var found = false;
    while (!found) {
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      for (var thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().startsWith(CLEANER)) {
          thread.setPriority(Thread.MIN_PRIORITY);
          found = true;
        }
      }
    }
  }

  /** Whether the broker votes with no others. */
  private static boolean isAlone(Path configuration) throws IOException {
    return Files.readAllLines(configuration).stream()
        .noneMatch(line -> line.startsWith("controller.quorum.voters"));
  }
}
