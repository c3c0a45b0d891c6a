package io.shopstream.local.stack;

import io.shopstream.local.Installation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where one stack listens and keeps its files. Stacks of different port offsets share nothing, so
 * that they can run side by side.
 *
 * @param folder of everything this stack writes
 * @param portOffset added to every default port, 0 to {@value #MAX_PORT_OFFSET}
 */
public record StackLayout(Path folder, int portOffset) {

  public static final int MAX_PORT_OFFSET = 50_000;

  public StackLayout {
    if (portOffset < 0 || portOffset > MAX_PORT_OFFSET) {
      throw new IllegalArgumentException(
          "--port-offset must be 0 to %d, not %d".formatted(MAX_PORT_OFFSET, portOffset));
    }
  }

  /** The stack of this port offset in the project's {@code local-data} folder. */
  public static StackLayout of(Installation installation, int portOffset) {
    return new StackLayout(
        installation.home().resolve("local-data").resolve("port-offset-" + portOffset), portOffset);
  }

  public int brokerPort() {
    return 9092 + portOffset;
  }

  public int controllerPort() {
    return 9093 + portOffset;
  }

  public int registryPort() {
    return 8081 + portOffset;
  }

  public int streamsPort() {
    return 7070 + portOffset;
  }

  public int queryPort() {
    return 8080 + portOffset;
  }

  /** Every port, by the name of what listens there. */
  public Map<String, Integer> ports() {
    var ports = new LinkedHashMap<String, Integer>();
    ports.put("broker", brokerPort());
    ports.put("controller", controllerPort());
    ports.put("registry", registryPort());
    ports.put("streams-app", streamsPort());
    ports.put("query-service", queryPort());
    return ports;
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + brokerPort();
  }

  public String registryUrl() {
    return "http://127.0.0.1:" + registryPort();
  }

  public String queryUrl() {
    return "http://127.0.0.1:" + queryPort();
  }

  /** Folder of what a component keeps. */
  public Path data(String component) {
    return folder.resolve(component);
  }

  /** What a component prints. */
  public Path log(String component) {
    return folder.resolve("logs").resolve(component + ".log");
  }

  /** Folder that says which processes run. */
  public Path run() {
    return folder.resolve("run");
  }

  /** The words that repeat this stack's offset on a command line; empty for offset 0. */
  public String option() {
    return portOffset == 0 ? "" : " --port-offset " + portOffset;
  }
}
