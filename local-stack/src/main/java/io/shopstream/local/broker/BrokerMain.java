package io.shopstream.local.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** Main class of the broker's process: formats the data folder if it is new, and runs Kafka. */
public final class BrokerMain {

  private BrokerMain() {}

  /**
   * Formats and runs.
   *
   * @param args server.properties, data folder
   */
  public static void main(String[] args) {
    if (!Files.exists(Path.of(args[1], "meta.properties"))) {
      var code =
          StorageTool.execute(
              new String[] {
                "format", "--standalone", "--config", args[0], "--cluster-id", clusterId()
              },
              System.out);
      if (code != 0) {
        System.exit(code);
      }
    }
    Kafka.main(new String[] {args[0]});
  }

  private static String clusterId() {
    return Uuid.randomUuid().toString();
  }
}
