package io.shopstream.load.datasets;

import io.shopstream.events.Click;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.NoSuchElementException;

/**
 * The clicks of another data set alone, as many as wanted: when they are at an end they are told
 * again, later and with other event ids, by the same visitors. For measurements on real data.
 *
 * @param source whose clicks are told, at least one
 * @param clicks how many, 1 or more
 */
public record RepeatedClicks(Dataset source, long clicks) implements Dataset {

  /** Visits of one round and of the next are apart. */
  private static final long BETWEEN_ROUNDS_MS = Duration.ofDays(1).toMillis();

  public RepeatedClicks {
    if (clicks < 1) {
      throw new IllegalArgumentException("clicks must be 1 or more");
    }
  }

  @Override
  public String name() {
    return source.name() + "-clicks-" + clicks;
  }

  @Override
  public String fingerprint() throws IOException {
    return source.fingerprint() + "/clicks:" + clicks;
  }

  @Override
  public Contents contents() throws IOException {
    var once = source.contents();
    if (once.clicks() == 0) {
      throw new IOException(source.name() + " has no clicks");
    }
    var roundsBefore = (clicks - 1) / once.clicks();
    return new Contents(
        clicks, 0, 0, once.firstTimeMs(), once.lastTimeMs() + roundsBefore * periodMs(once));
  }

  private static long periodMs(Contents once) {
    return once.lastTimeMs() - once.firstTimeMs() + BETWEEN_ROUNDS_MS;
  }

  @Override
  public EventReader open(long timeShiftMs) throws IOException {
    contents();
    return new Reader(timeShiftMs, periodMs(source.contents()));
  }

  private final class Reader implements EventReader {
    private final long shiftMs;
    private final long periodMs;
    private EventReader round;
    private int number;
    private long told;

    Reader(long shiftMs, long periodMs) throws IOException {
      this.shiftMs = shiftMs;
      this.periodMs = periodMs;
      this.round = source.open(shiftMs);
    }

    @Override
    public boolean hasNext() {
      return told < clicks;
    }

    @Override
    public ShopEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All " + clicks + " clicks are told");
      }
      while (true) {
        while (round.hasNext()) {
          if (round.next() instanceof ShopEvent.Clicked clicked) {
            told++;
            return number == 0 ? clicked : again(clicked.value());
          }
        }
        openNext();
      }
    }

    private void openNext() {
      round.close();
      number++;
      try {
        round = source.open(shiftMs + number * periodMs);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private ShopEvent again(Click click) {
      return new ShopEvent.Clicked(
          Click.newBuilder(click).setEventId(click.getEventId() + "-" + number).build());
    }

    @Override
    public Refusals refusals() {
      return round.refusals();
    }

    @Override
    public void close() {
      round.close();
    }
  }
}
