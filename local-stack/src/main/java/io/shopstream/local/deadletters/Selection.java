package io.shopstream.local.deadletters;

import io.shopstream.local.commands.KafkaClientOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which dead letters, of which cluster. */
final class Selection {

  /** Times as people say them: {@code 2h} ago, or {@code 2026-05-01T10:00:00Z}. */
  static final class Time implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return text.endsWith("Z")
            ? Instant.parse(text)
            : Instant.now().minus(ago(text.toLowerCase(Locale.ROOT)));
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "should be a time like 2026-05-01T10:00:00Z or an age like 30m, 2h or 7d, not " + text);
      }
    }

    private static Duration ago(String text) {
      return Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text);
    }
  }

  @Mixin private KafkaClientOptions kafka;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Only what came from this topic, for example clickstream.")
  private String topic;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only with this text in the reason or the class of the exception, in any case.")
  private String reason;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Time.class,
      description =
          "Only what lies there since this time: 2026-05-01T10:00:00Z, or 30m, 2h, 7d ago.")
  private Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Time.class,
      description = "Only what lay there before this time.")
  private Instant until;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it itself
  private boolean help;

  /** Whether anything was said of which. */
  boolean isNarrowed() {
    return topic != null || reason != null || since != null || until != null;
  }

  /** Hands over what was selected. */
  void forEach(Consumer<DeadLetter> reader) {
    box()
        .read(
            Optional.ofNullable(since),
            letter -> {
              if (selects(letter)) {
                reader.accept(letter);
              }
            });
  }

  private boolean selects(DeadLetter letter) {
    return (topic == null || letter.topic().equals(topic))
        && (reason == null || letter.hasReason(reason))
        && (until == null || letter.time().isBefore(until));
  }

  DeadLetterBox box() {
    return new DeadLetterBox(kafka.properties());
  }
}
