package io.shopstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.local.Installation;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import io.shopstream.local.stack.LoadGenerator;
import io.shopstream.local.stack.LocalStack;
import io.shopstream.local.stack.StackLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The whole shop as it is run: broker, registry, streams-app and query-service, each a process of
 * its own, with the beginning of the shipped data set replayed into it. Started once a JVM; ends
 * with it.
 *
 * <pre>{@code
 * @RegisterExtension static final RunningShop SHOP = RunningShop.shared();
 * }</pre>
 *
 * <p>Test classes that share it see what others click and order: use ids of your own.
 */
public final class RunningShop implements BeforeAllCallback {

  private static final RunningShop SHARED = new RunningShop();
  private static final Path HOME = Path.of(System.getProperty("shopstream.home"));
  private static final Path FILE = HOME.resolve("load-generator/data/online-retail.csv.gz");
  private static final int LINES = 25_000;

  private Path folder;
  private LocalStack stack;
  private Path replayed;
  private OnlineRetailCounts expected;
  private CountedRows counted;

  private RunningShop() {}

  /** The one shop of this JVM. */
  public static RunningShop shared() {
    return SHARED;
  }

  /** Root address of the query-service. */
  public String url() {
    return stack.layout().queryUrl();
  }

  /** What a client of Kafka needs to reach the broker and to be let in. */
  public Map<String, Object> kafkaClient() {
    var settings = new HashMap<>(stack.layout().kafkaSecurity().orElseThrow().clientSettings());
    settings.put("bootstrap.servers", stack.layout().bootstrapServers());
    return settings;
  }

  /** The processes. */
  public LocalStack stack() {
    return stack;
  }

  /** What the published part of the data set holds. */
  OnlineRetailCounts expected() {
    return expected;
  }

  /** What was counted of it, before any test did anything. */
  CountedRows counted() {
    return counted;
  }

  @Override
  public synchronized void beforeAll(ExtensionContext context) throws IOException {
    if (stack != null) {
      return;
    }
    folder = Files.createTempDirectory("shopstream-shop-");
    replayed = beginningOfTheFile();
    stack =
        new LocalStack(
            Installation.find(), freeLayout(), Lifetime.WITH_PARENT, System.out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(this::discard, "running-shop-end"));
    // Everything goes through TLS, and every client of Kafka has to give a password.
    stack.layout().secureKafka();
    stack.startBackbone();
    stack.startApplications();
    replay();
    expected = new OnlineRetailCounts(replayed);
    counted = CountedRows.await(stack, expected);
  }

  private StackLayout freeLayout() {
    while (true) {
      var layout = new StackLayout(folder.resolve("stack"), Ports.free() - 9092);
      if (layout.portOffset() > 0 && layout.ports().values().stream().allMatch(Ports::isFree)) {
        return layout;
      }
    }
  }

  private void replay() {
    var code =
        stack.run(
            LoadGenerator.program(
                Installation.find(),
                List.of(
                    "replay",
                    "--dataset",
                    "online-retail",
                    "--file",
                    replayed.toString(),
                    "--state-dir",
                    folder.resolve("replay").toString()),
                stack.clientEnvironment(),
                Optional.empty()));
    assertThat(code).isZero();
  }

  /** Whole invoices only: the rest of the last one would be another shop's. */
  private Path beginningOfTheFile() throws IOException {
    var part = folder.resolve("online-retail-part.csv.gz");
    try (var in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.UTF_8));
        var out =
            new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(part)), StandardCharsets.UTF_8)) {
      var invoice = "";
      var lines = 0;
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        var id = line.substring(0, line.indexOf(','));
        if (lines++ > LINES && !id.equals(invoice)) {
          break;
        }
        invoice = id;
        out.write(line + "\n");
      }
    }
    return part;
  }

  private void discard() {
    stack.close();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("The shop's folder " + folder + " is left behind: " + e.getMessage());
    }
  }
}
