package io.shopstream.bench.recommendations;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import io.shopstream.load.datasets.OnlineRetail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code evaluate abuse}. */
@Command(
    name = "abuse",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How far fake clicks move an item among the neighbours of another.",
      "",
      "Learns the clicks of the shipped data set, then lets visitors whom nobody knows view the victim and the"
          + " pushed item in turn, evenly over the time, and compares the place of the pushed item before and after."
          + " Done once for each of several pushed items: neighbours of every rank, and items that are none yet.",
      ""
    },
    footer = {
      "",
      "The last line: places_moved_mean and places_moved_max over the pushed items, and the same"
          + " without any defence (unprotected_).",
      "",
      "Example:",
      "  evaluate abuse --clicks 10000 --visitors 100 --hours 1"
    })
public final class AbuseCommand implements Callable<Integer> {
  private static final int RANKS_APART = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      description = "Fake clicks in all (default: ${DEFAULT-VALUE}).")
  private int clicks = 10_000;

  @Option(
      names = "--visitors",
      paramLabel = "N",
      description = "Visitors who share them (default: ${DEFAULT-VALUE}).")
  private int visitors = 100;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "How long it takes (default: ${DEFAULT-VALUE}).")
  private double hours = 1;

  @Option(
      names = "--victim",
      paramLabel = "N",
      description = "The item with this place by popularity (default: ${DEFAULT-VALUE}).")
  private int victim = 100;

  @Mixin private FiguresOption last;

  @Override
  public Integer call() throws IOException {
    if (clicks < 2 || visitors < 1 || visitors > clicks || victim < 1 || !(hours > 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--clicks is 2 or more, --visitors 1 to --clicks, --victim 1 or more, --hours above 0");
    }
    var attack = new Abuse.Attack(clicks, visitors, hours);
    var figures = new Figures();
    run(attack, Abuse.Defence.ON, "", figures);
    run(attack, Abuse.Defence.OFF, "unprotected_", figures);
    last.tell(spec.commandLine().getOut(), figures);
    return 0;
  }

  private void run(Abuse.Attack attack, Abuse.Defence defence, String prefix, Figures figures)
      throws IOException {
    var shop = new Abuse(OnlineRetail.shipped(), defence);
    var item = shop.item(victim);
    var moves = new ArrayList<Abuse.Move>();
    for (var pushed : pushed(shop, item)) {
      var move = shop.push(item, pushed, attack);
      moves.add(move);
      say("%s%s: place %d before, %d after", prefix, pushed, move.placeBefore(), move.placeAfter());
    }
    if (defence == Abuse.Defence.ON) {
      figures
          .put("fake_clicks", clicks)
          .put("visitors", visitors)
          .put("victim_visits", shop.visits(item))
          .put("pushed_items", moves.size());
    }
    figures
        .put(
            prefix + "places_moved_mean",
            moves.stream().mapToInt(Abuse.Move::places).average().orElseThrow(),
            2)
        .put(
            prefix + "places_moved_max",
            moves.stream().mapToInt(Abuse.Move::places).max().orElseThrow());
  }

  /** Neighbours of every tenth rank, and items of every popularity that are no neighbours. */
  private static List<String> pushed(Abuse shop, String victim) {
    var neighbours = shop.similar(victim);
    var pushed = new ArrayList<String>();
    for (int rank = RANKS_APART - 1; rank < neighbours.size(); rank += RANKS_APART) {
      pushed.add(neighbours.get(rank));
    }
    int strangers = 0;
    for (int place = shop.items() / 20; place < shop.items() && strangers < 5; place += 1) {
      var item = shop.item(place);
      if (!item.equals(victim) && !neighbours.contains(item)) {
        pushed.add(item);
        strangers++;
        place += shop.items() / 6;
      }
    }
    return pushed;
  }

  private void say(String format, Object... values) {
    spec.commandLine().getErr().println(String.format(Locale.ROOT, format, values));
  }
}
