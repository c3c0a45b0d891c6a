package io.shopstream.bench.growth;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.backbone.Workplace;
import io.shopstream.bench.queries.FilledShop;
import io.shopstream.bench.queries.OpenLoop;
import io.shopstream.bench.queries.Reading;
import io.shopstream.events.topics.Topics;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.synthetic.SyntheticShop;
import io.shopstream.local.process.ResidentMemory;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.BitSet;
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

/** How the shop does as it grows, and whether memory grows with time. */
@Command(
    name = "growth",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Clicks a second, state, memory and the time of answers for shops of several sizes.",
      "",
      "For each size: a broker of its own, synthetic clicks that streams-app takes in as fast as it can, then the size"
          + " of its state on disk, its memory, and the time of recommendations asked for at a constant rate with nothing"
          + " else going on. With --soak the largest shop then runs on under clicks and questions, and the slope of the"
          + " resident memory of each process is told.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./shopstream bench growth",
      "  ./shopstream bench growth --users 1000000 --items 100000 --clicks 5000000",
      "  ./shopstream bench growth --users 100000 --items 100000 --soak 30m"
    })
public final class GrowthCommand implements Callable<Integer> {

  private static final long SEED = 1;
  private static final int SLACK_SECONDS = 60;
  private static final double MEGABYTE = 1e6;
  private static final String CHANGELOG = "-changelog";

  /** JVMs take memory as they warm up; the slope is that of what comes after. */
  private static final double LEFT_OUT = 1.0 / 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--users",
      split = ",",
      paramLabel = "N",
      defaultValue = "100000,1000000",
      description = "Users of each shop (default: ${DEFAULT-VALUE}).")
  private List<Integer> users;

  @Option(
      names = "--items",
      split = ",",
      paramLabel = "N",
      defaultValue = "100000,1000000",
      description = "Items of each shop, as many numbers as --users (default: ${DEFAULT-VALUE}).")
  private List<Integer> items;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Clicks of each shop (default: ${DEFAULT-VALUE}); a user clicks five times a visit, so five million touch most"
              + " of a million users.")
  private long clicks;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "500",
      description = "Questions a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Seconds in which answers are timed, after as many that are not (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Let the last shop run on for so long, as in 30m (default: not at all).")
  private Duration soak = Duration.ZERO;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Clicks a second while it runs on (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() throws InterruptedException, IOException {
    for (var option :
        Map.of("--clicks", clicks, "--rate", (long) rate, "--seconds", (long) seconds).entrySet()) {
      require(option.getValue() >= 1, option.getKey() + " should be 1 or more");
    }
    require(events >= 1 && partitions >= 1, "--events and --partitions should be 1 or more");
    require(
        users.size() == items.size(),
        "--users and --items should have as many numbers: a shop has one of each");
    for (var i = 0; i < users.size(); i++) {
      require(users.get(i) >= 1 && items.get(i) >= 1, "Users and items should be 1 or more");
    }
    var out = spec.commandLine().getOut();
    var figures = new Figures();
    try (var workplace = Workplace.open()) {
      for (var i = 0; i < users.size(); i++) {
        var isLast = i == users.size() - 1;
        measure(workplace, users.get(i), items.get(i), isLast ? soak : Duration.ZERO, out, figures);
      }
    }
    last.tell(out, figures);
    return 0;
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private static void tell(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  private void measure(
      Workplace workplace,
      int shopUsers,
      int shopItems,
      Duration longer,
      PrintWriter out,
      Figures figures)
      throws InterruptedException, IOException {
    var name = "u%d_i%d".formatted(shopUsers, shopItems);
    tell(out, "A shop of %,d users and %,d items", shopUsers, shopItems);
    var later = longer.isZero() ? 0 : events * (longer.toSeconds() + SLACK_SECONDS);
    var shop = SyntheticShop.of(clicks + later, SEED, shopUsers, shopItems);
    try (var round = Round.start(workplace, name, partitions);
        var filled =
            new FilledShop(
                round, shop, clicks, process -> List.of(), line -> tell(out, "  %s", line))) {
      var seen = Seen.of(shop, clicks);
      try (var client = filled.connect(FilledShop.CONNECTIONS, 100)) {
        client.warmUp(rate, Duration.ofSeconds(seconds));
        var reading = client.run(rate, Duration.ofSeconds(seconds));
        var disk = FolderSize.of(round.file("streams-app"));
        var memory = StreamsMemory.of(round.stateUrl());
        var resident =
            ResidentMemory.proportionalSetSize(filled.processes().get("streams-app").pid())
                .orElse(0);
        print(out, filled, seen, disk, memory, resident, reading);
        figures
            .put(name + "_clicks_per_second", filled.clicksPerSecond(), 0)
            .put(name + "_users_seen", seen.users())
            .put(name + "_items_seen", seen.items())
            .put(name + "_state_disk_mb", disk / MEGABYTE, 1)
            .put(name + "_rocksdb_memory_mb", memory.rocksDbBytes() / MEGABYTE, 1)
            .put(name + "_heap_used_mb", memory.heapBytes() / MEGABYTE, 1)
            .put(name + "_streams_resident_mb", resident / MEGABYTE, 1)
            .put(name + "_p50_ms", reading.millis(50), 2)
            .put(name + "_p99_ms", reading.millis(99), 2)
            .put(name + "_p999_ms", reading.millis(99.9), 2)
            .put(name + "_errors", reading.errors());
        if (!longer.isZero()) {
          soak(filled, client, longer, out, figures);
        }
      }
      filled.stop();
      var taken = round.clicksProcessed();
      tellRest(round, name, taken, Seen.of(shop, taken), out, figures);
    }
  }

  /** What is on disk when streams-app has stopped in order: all rows, none of them in memory. */
  private static void tellRest(
      Round round, String name, long taken, Seen seen, PrintWriter out, Figures figures)
      throws IOException {
    var streams = round.file("streams-app");
    var profiles = FolderSize.of(streams.resolve(UserProfilesTopology.APPLICATION_ID));
    var rows = FolderSize.of(streams.resolve(ItemCoOccurrenceTopology.APPLICATION_ID));
    var broker = round.file("broker");
    var clickLog = FolderSize.ofTopics(broker, Topics.CLICKSTREAM.name()::equals);
    var pairLog = FolderSize.ofTopics(broker, Topics.ITEM_PAIRS.name()::equals);
    var changelogs = FolderSize.ofTopics(broker, topic -> topic.endsWith(CHANGELOG));
    tell(
        out,
        "  stopped, %,d users and %,d items seen: user-profiles %.1f MB on disk (%,d bytes a user),"
            + " item-co-occurrence %.1f MB (%,d bytes an item)",
        seen.users(),
        seen.items(),
        profiles / MEGABYTE,
        profiles / seen.users(),
        rows / MEGABYTE,
        rows / seen.items());
    tell(
        out,
        "  topics: %,d bytes a click, %,d of the pairs of a click, changelogs %.1f MB%n",
        clickLog / taken,
        pairLog / taken,
        changelogs / MEGABYTE);
    figures
        .put(name + "_disk_bytes_per_user", profiles / seen.users())
        .put(name + "_disk_bytes_per_item", rows / seen.items())
        .put(name + "_topic_bytes_per_click", clickLog / taken)
        .put(name + "_pair_bytes_per_click", pairLog / taken)
        .put(name + "_changelogs_mb", changelogs / MEGABYTE, 1);
  }

  private static void print(
      PrintWriter out,
      FilledShop filled,
      Seen seen,
      long disk,
      StreamsMemory memory,
      long resident,
      Reading reading) {
    tell(
        out,
        "  %,.0f clicks/s; clicked: %,d users, on %,d items",
        filled.clicksPerSecond(),
        seen.users(),
        seen.items());
    tell(
        out,
        "  streams-app: state %.1f MB on disk; memory of RocksDB %.1f MB, heap %.1f MB, resident %.1f MB",
        disk / MEGABYTE,
        memory.rocksDbBytes() / MEGABYTE,
        memory.heapBytes() / MEGABYTE,
        resident / MEGABYTE);
    tell(
        out,
        "  %,d questions/s: p50 %.2f, p99 %.2f, p99.9 %.2f ms; %d in vain%n",
        reading.rate(),
        reading.millis(50),
        reading.millis(99),
        reading.millis(99.9),
        reading.errors());
  }

  private void soak(
      FilledShop filled, OpenLoop client, Duration length, PrintWriter out, Figures figures)
      throws InterruptedException {
    tell(out, "%,d clicks/s and %,d questions/s for %s", events, rate, length);
    filled.startEvents(events);
    var watch = new MemoryWatch(filled.processes(), line -> tell(out, "  %s", line));
    Reading reading;
    try (watch) {
      reading = client.run(rate, length);
    }
    var from = length.toSeconds() * LEFT_OUT;
    tell(out, "%nresident memory      at the end, MB   largest, MB   slope, MB an hour");
    watch
        .megabytes()
        .forEach(
            (name, trend) -> {
              tell(
                  out,
                  "%-18s %16.1f %13.1f %19.1f",
                  name,
                  trend.last(),
                  trend.largest(),
                  trend.risePerHour(from));
              var key = "soak_" + name.replace("this ", "").replace('-', '_');
              figures
                  .put(key + "_resident_mb", trend.last(), 1)
                  .put(key + "_mb_per_hour", trend.risePerHour(from), 1);
            });
    tell(out, "The slope is that of the last two thirds of the time.%n");
    figures
        .put("soak_seconds", length.toSeconds())
        .put("soak_p99_ms", reading.millis(99), 2)
        .put("soak_errors", reading.errors());
  }

  /** How many users have clicked, and on how many items. */
  private record Seen(long users, long items) {

    static Seen of(SyntheticShop shop, long clicks) {
      var users = new BitSet(shop.users());
      var items = new BitSet(shop.items());
      try (var reader = shop.open(0)) {
        for (var i = 0L; i < clicks && reader.hasNext(); i++) {
          if (reader.next() instanceof ShopEvent.Clicked clicked) {
            users.set(number(clicked.value().getUserId()));
            items.set(number(clicked.value().getItemId()));
          }
        }
      }
      return new Seen(users.cardinality(), items.cardinality());
    }

    /** Ids of the synthetic shop are a letter and a number. */
    private static int number(String id) {
      return Integer.parseInt(id.substring(1));
    }
  }
}
