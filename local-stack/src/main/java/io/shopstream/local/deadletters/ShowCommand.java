package io.shopstream.local.deadletters;

import io.shopstream.local.deadletters.DeadLetter.Place;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one dead letter. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Shows one dead letter: where it came from, its headers, its key and its bytes.")
final class ShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private Selection selection;

  @Parameters(paramLabel = "NAME", description = "As the list shows it, for example 3-127.")
  private String name;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Most bytes of the value (default: ${DEFAULT-VALUE}).")
  private int bytes;

  @Override
  public Integer call() {
    var place = place(spec, name);
    var found = new AtomicReference<DeadLetter>();
    selection.forEach(
        letter -> {
          if (letter.place().equals(place)) {
            found.set(letter);
          }
        });
    if (found.get() == null) {
      throw new IllegalStateException("There is no dead letter " + place + "; see list");
    }
    print(found.get());
    return 0;
  }

  /** The place that a name on the command line means. */
  static Place place(CommandSpec spec, String name) {
    try {
      return Place.of(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void print(DeadLetter letter) {
    var out = spec.commandLine().getOut();
    out.printf("dead letter  %s, since %s%n", letter.place(), letter.time());
    out.printf(
        "came from    %s, partition %d, offset %d%n",
        letter.topic(), letter.partition(), letter.offset());
    out.printf("wrong        %s%n             %s%n", letter.exception(), letter.reason());
    if (letter.replays() > 0) {
      out.printf("replayed     %d times, and came back%n", letter.replays());
    }
    for (var header : letter.record().headers()) {
      var value = header.value() == null ? new byte[0] : header.value();
      out.printf("header       %s = %s%n", header.key(), new String(value, StandardCharsets.UTF_8));
    }
    var key = letter.record().key();
    out.printf("key          %s%n", key == null ? "-" : new String(key, StandardCharsets.UTF_8));
    out.printf("value%n%s%n", letter.valueText(Math.max(0, bytes)));
  }
}
