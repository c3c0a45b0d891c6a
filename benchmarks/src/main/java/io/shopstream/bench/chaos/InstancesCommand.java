package io.shopstream.bench.chaos;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.local.stack.StackSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What more instances bring, and what a standby and exactly once cost. */
@Command(
    name = "instances",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Clicks a second with one, two and three streams-app on one machine, with and without standbys, and with exactly"
          + " once against at least once.",
      "",
      "Each time a day of visits lies in the topics of a new broker; the time counts from the first commit of"
          + " user-profiles to the last. All processes share the cores of this machine, so that more instances bring"
          + " more only where there are cores for them.",
      ""
    },
    footer = {"", "Example:", "  ./shopstream bench instances --events 200000"})
public final class InstancesCommand implements Callable<Integer> {

  private static final long LOOK_MILLIS = 100;
  private static final int LONGEST_SECONDS = 300;

  /** One way to run. */
  private record Way(String key, String name, int instances, int standbys, String guarantee) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("one_instance", "1 instance", 1, 0, "exactly_once_v2"),
          new Way("two_instances", "2 instances, no standby", 2, 0, "exactly_once_v2"),
          new Way("three_instances", "3 instances, no standby", 3, 0, "exactly_once_v2"),
          new Way("two_with_standby", "2 instances, 1 standby", 2, 1, "exactly_once_v2"),
          new Way("at_least_once", "1 instance, at least once", 1, 0, "at_least_once"));

  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Events in the topics (default: ${DEFAULT-VALUE}).")
  private long events;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() {
    if (events < 1) {
      throw new ParameterException(spec.commandLine(), "--events should be 1 or more");
    }
    var out = spec.commandLine().getOut();
    var figures = new Figures();
    for (var way : WAYS) {
      var rate = measure(way);
      tell(out, "%-28s %,10.0f clicks/s", way.name(), rate);
      figures.put(way.key() + "_clicks_per_second", rate, 0);
    }
    out.println();
    last.tell(out, figures);
    return 0;
  }

  private double measure(Way way) {
    try (var workplace = Workplace.open();
        var cluster =
            new Cluster(
                workplace,
                new StackSize(way.instances(), 1, 1),
                false,
                Map.of(
                    "STANDBY_REPLICAS", Integer.toString(way.standbys()),
                    "KAFKA_CLIENT_CONFIG", clientConfig(workplace, way.guarantee())))) {
      cluster.startBrokers();
      var progress = new Progress(cluster.admin());
      var shop = new Shop(cluster.queryUrls());
      try (var load = new Load(cluster, shop, progress, "h", 1, 1)) {
        load.publishHistory(events);
        return drain(cluster, progress);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** Kafka Streams takes the guarantee from the properties of the clients. */
  private static String clientConfig(Workplace workplace, String guarantee) {
    try {
      var folder = Files.createDirectories(workplace.layout("config").folder());
      var file = folder.resolve("client.properties");
      return Files.writeString(file, "processing.guarantee=" + guarantee + "\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException("The client properties cannot be written", e);
    }
  }

  private static double drain(Cluster cluster, Progress progress) throws InterruptedException {
    var clicks = progress.waiting();
    var watch = new Thread(progress, "progress");
    watch.setDaemon(true);
    watch.start();
    cluster.streams().forEach(cluster::startProcess);
    var asked = System.nanoTime();
    var begin = 0L;
    var left = clicks;
    var atBegin = clicks;
    while (left > 0) {
      Thread.sleep(LOOK_MILLIS);
      left = progress.waiting();
      if (begin == 0 && left < clicks) {
        begin = System.nanoTime();
        atBegin = left;
      }
      if ((System.nanoTime() - asked) / 1e9 > LONGEST_SECONDS) {
        throw new IllegalStateException(
            "%d of %d clicks are not counted after %d s".formatted(left, clicks, LONGEST_SECONDS));
      }
    }
    watch.interrupt();
    return atBegin / ((System.nanoTime() - begin) / 1e9);
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
