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
    Kafka.main(new String[] {args[0]});
  }

  /** Whether the broker votes with no others. */
  private static boolean isAlone(Path configuration) throws IOException {
    return Files.readAllLines(configuration).stream()
        .noneMatch(line -> line.startsWith("controller.quorum.voters"));
  }
}
