package io.shopstream.streams.store;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Writes to changelogs now and then though nothing happens: a broker closes a segment only when
 * something is appended, and what is in the open one is never compacted away.
 */
public final class ChangelogPulse {

  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private ChangelogPulse() {}

  /**
   * Begins to write, for as long as the task lives.
   *
   * @param lag of {@link RowStoreBuilder#forgettingWithin}
   * @param stores of the processor
   */
  public static void schedule(ProcessorContext<?, ?> context, Duration lag, String... stores) {
    var rows =
        List.of(stores).stream().map(name -> (RowStore) context.getStateStore(name)).toList();
    var half = lag.dividedBy(2);
    context.schedule(
        half.compareTo(SHORTEST) < 0 ? SHORTEST : half,
        PunctuationType.WALL_CLOCK_TIME,
        nowMs -> rows.forEach(RowStore::writePulse));
  }
}
