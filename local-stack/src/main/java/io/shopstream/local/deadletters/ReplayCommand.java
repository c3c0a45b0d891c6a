package io.shopstream.local.deadletters;

import io.shopstream.local.deadletters.DeadLetter.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends dead letters on their way again. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Publishes the original bytes of dead letters to the topic that each came from, with a header that tells how often"
          + " that was done (shopstream.replays) and which dead letter it was (shopstream.dead-letter).",
      "Name them, or narrow them down by topic, reason and time. Safe to run again: an event that was counted"
          + " meanwhile counts nothing a second time. What came back from a replay before is left out, so that nothing"
          + " goes round in circles; --again takes it too."
    })
final class ReplayCommand implements Callable<Integer> {

  private static final int BATCH = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private Selection selection;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Dead letters as the list shows them, for example 3-127.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--all", description = "All of them; else name or narrow them.")
  private boolean all;

  @Option(names = "--again", description = "Also those that came back from a replay before.")
  private boolean again;

  @Option(names = "--dry-run", description = "Only tell how many would be sent, and where to.")
  private boolean dryRun;

  private final List<DeadLetter> batch = new ArrayList<>();
  private long replayed;
  private long cameBack;
  private long withoutWay;

  @Override
  public Integer call() {
    if (names.isEmpty() && !all && !selection.isNarrowed()) {
      throw new ParameterException(
          spec.commandLine(),
          "Name dead letters, narrow them by --topic, --reason, --since, or say --all");
    }
    var places = new HashSet<Place>();
    names.forEach(name -> places.add(ShowCommand.place(spec, name)));
    var box = selection.box();
    selection.forEach(letter -> take(letter, places, box));
    send(box);
    var out = spec.commandLine().getOut();
    if (cameBack > 0) {
      out.printf(
          "%d came back from a replay before and are left out; --again takes them%n", cameBack);
    }
    if (withoutWay > 0) {
      out.printf("%d came from a topic that nobody publishes to, and stay%n", withoutWay);
    }
    if (!places.isEmpty()) {
      throw new IllegalStateException("There is no dead letter " + places.iterator().next());
    }
    out.printf(
        "%s=%d left_out=%d%n",
        dryRun ? "would_replay" : "replayed", replayed, cameBack + withoutWay);
    return 0;
  }

  private void take(DeadLetter letter, Set<Place> places, DeadLetterBox box) {
    if (!names.isEmpty() && !places.remove(letter.place())) {
      return;
    }
    if (!letter.canBeReplayed()) {
      withoutWay++;
    } else if (letter.replays() > 0 && !again) {
      cameBack++;
    } else {
      batch.add(letter);
      if (batch.size() == BATCH) {
        send(box);
      }
    }
  }

  private void send(DeadLetterBox box) {
    replayed += dryRun || batch.isEmpty() ? batch.size() : box.replay(batch);
    batch.clear();
  }
}
