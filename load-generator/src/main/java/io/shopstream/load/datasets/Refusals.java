package io.shopstream.load.datasets;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tally of the lines of a source that were left out. */
public final class Refusals {

  /**
   * One line left out.
   *
   * @param line number of the line in the source, the first is 1
   * @param reason the rule
   * @param detail what the rule met, for people
   */
  public record Refusal(long line, RefusalReason reason, String detail) {}

  private final Map<RefusalReason, Long> counts = new EnumMap<>(RefusalReason.class);
  private Consumer<Refusal> listener = refusal -> {};
  private long total;

  /** Tells every later refusal to the listener too; none is kept here. */
  public void onRefusal(Consumer<Refusal> newListener) {
    listener = newListener;
  }

  /** Counts a line that is left out, and tells it to the listener. */
  public void add(long line, RefusalReason reason, String detail) {
    total++;
    counts.merge(reason, 1L, Long::sum);
    listener.accept(new Refusal(line, reason, detail));
  }

  /** Number of lines left out so far. */
  public long total() {
    return total;
  }

  /** Number of lines left out so far by reason; reasons that did not occur are absent. */
  public Map<RefusalReason, Long> byReason() {
    return Map.copyOf(counts);
  }
}
