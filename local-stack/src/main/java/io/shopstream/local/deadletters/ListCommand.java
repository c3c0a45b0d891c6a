package io.shopstream.local.deadletters;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what lies in the dead letters. */
@Command(
    name = "list",
    sortOptions = false,
    description = {
      "Lists dead letters, the newest last: name, time, where each came from, what was wrong.",
      "«replayed N» marks those that came back N times: replaying them again will not help."
    })
final class ListCommand implements Callable<Integer> {

  private static final int MOST_REASONS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private Selection selection;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "The newest N (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--by-reason", description = "Count them by topic and reason instead.")
  private boolean byReason;

  private long count;

  @Override
  public Integer call() {
    if (byReason) {
      countByReason();
    } else {
      listNewest();
    }
    return 0;
  }

  private void listNewest() {
    var out = spec.commandLine().getOut();
    var newest = new PriorityQueue<>(Comparator.comparing(DeadLetter::time));
    selection.forEach(
        letter -> {
          count++;
          newest.add(letter);
          if (newest.size() > Math.max(0, limit)) {
            newest.remove();
          }
        });
    var shown = newest.size();
    while (!newest.isEmpty()) {
      var letter = newest.remove();
      out.printf(
          "%-10s %s  %s-%d@%d  %s: %s%s%n",
          letter.place(),
          letter.time(),
          letter.topic(),
          letter.partition(),
          letter.offset(),
          letter.shortException(),
          letter.reason().replaceAll("\\s+", " "),
          letter.replays() == 0 ? "" : "  (replayed " + letter.replays() + ")");
    }
    out.printf("dead_letters=%d shown=%d%n", count, shown);
  }

  private void countByReason() {
    var out = spec.commandLine().getOut();
    var counts = new HashMap<String, Long>();
    selection.forEach(
        letter -> {
          count++;
          // Numbers differ from record to record and would make as many reasons.
          var reason =
              "%s  %s: %s"
                  .formatted(
                      letter.topic(),
                      letter.shortException(),
                      letter.reason().replaceAll("\\s+", " ").replaceAll("\\d+", "N"));
          if (counts.size() < MOST_REASONS || counts.containsKey(reason)) {
            counts.merge(reason, 1L, Long::sum);
          } else {
            counts.merge("other reasons", 1L, Long::sum);
          }
        });
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(one -> out.printf("%10d  %s%n", one.getValue(), one.getKey()));
    out.printf("dead_letters=%d reasons=%d%n", count, counts.size());
  }
}
