package io.shopstream.load.synthetic;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.EventReader;
import io.shopstream.load.datasets.Refusals;
import io.shopstream.load.datasets.ShopEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * A month of orders with frauds woven in ({@link FraudStories}), the clicks before each, and what
 * each turned out to be, three days after it. The truth is known: {@link #writeTruth}.
 *
 * @param orders number of orders, 1 or more
 */
public record FraudShop(long orders, long seed) implements Dataset {

  /** Raise it whenever the same numbers would tell another story. */
  private static final int VERSION = 1;

  /** 2025-01-01 00:00:00 UTC. */
  private static final long START_MS = 1_735_689_600_000L;

  private static final long DAY_MS = 86_400_000;
  private static final long MONTH_MS = 30 * DAY_MS;
  private static final long OUTCOME_DELAY_MS = 3 * DAY_MS;
  private static final long BETWEEN_CLICKS_MS = 20_000;

  /** More than the first click of an order comes before it. */
  private static final long LONGEST_LOOK_MS = 10 * BETWEEN_CLICKS_MS;

  public FraudShop {
    if (orders < 1) {
      throw new IllegalArgumentException("orders must be 1 or more");
    }
  }

  private long timeMs(long order) {
    return START_MS + LONGEST_LOOK_MS + order * MONTH_MS / orders;
  }

  @Override
  public String name() {
    return "fraud-" + orders + "-" + seed;
  }

  @Override
  public String fingerprint() {
    return "version:%d/%s".formatted(VERSION, this);
  }

  @Override
  public Contents contents() {
    var stories = new FraudStories(seed);
    var clicks = 0L;
    for (var i = 0L; i < orders; i++) {
      clicks += stories.next(timeMs(i)).clicksBefore();
    }
    return new Contents(clicks, orders, 0, orders, START_MS, timeMs(orders - 1) + OUTCOME_DELAY_MS);
  }

  /**
   * Writes what every order truly is: its id, its kind, and whether it is a fraud, as CSV.
   *
   * @throws IOException when the file cannot be written
   */
  public void writeTruth(Path file) throws IOException {
    var stories = new FraudStories(seed);
    try (var out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      out.println("order_id,kind,fraud");
      for (var i = 0L; i < orders; i++) {
        var told = stories.next(timeMs(i));
        out.println(
            told.order().getOrderId()
                + ","
                + told.kind().name().toLowerCase(Locale.ROOT)
                + ","
                + told.kind().isFraud());
      }
      if (out.checkError()) {
        throw new IOException("Writing to " + file + " failed");
      }
    }
  }

  @Override
  public EventReader open(long timeShiftMs) {
    return new Reader(timeShiftMs);
  }

  private final class Reader implements EventReader {
    private final Refusals refusals = new Refusals();
    private final FraudStories stories = new FraudStories(seed);
    private final long shiftMs;

    /** Clicks and orders of the next minutes, and outcomes of the last days, each in its order. */
    private final PriorityQueue<ShopEvent> soon =
        new PriorityQueue<>(Comparator.comparingLong(ShopEvent::timeMs));

    private final ArrayDeque<ShopEvent> outcomes = new ArrayDeque<>();
    private long told;
    private long clicks;

    Reader(long shiftMs) {
      this.shiftMs = shiftMs;
    }

    @Override
    public boolean hasNext() {
      return told < orders || !soon.isEmpty() || !outcomes.isEmpty();
    }

    @Override
    public ShopEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("All " + orders + " orders are told");
      }
      // No order that is still to come brings anything older than what may be told now.
      while (told < orders
          && (soon.isEmpty() || soon.peek().timeMs() > timeMs(told) + shiftMs - LONGEST_LOOK_MS)) {
        tell();
      }
      if (soon.isEmpty()
          || (!outcomes.isEmpty() && outcomes.peek().timeMs() < soon.peek().timeMs())) {
        return outcomes.remove();
      }
      return soon.remove();
    }

    private void tell() {
      var next = stories.next(timeMs(told) + shiftMs);
      told++;
      var order = next.order();
      for (var i = next.clicksBefore(); i > 0; i--) {
        soon.add(
            new ShopEvent.Clicked(
                Click.newBuilder()
                    .setEventId("k" + seed + "-" + clicks++)
                    .setType(ClickType.VIEW)
                    .setTimeMs(order.getTimeMs() - i * BETWEEN_CLICKS_MS)
                    .setVisitorId(order.getVisitorId())
                    .setUserId(order.getUserId())
                    .setItemId(order.getLines().get(0).getItemId())
                    .build()));
      }
      soon.add(new ShopEvent.Ordered(order));
      outcomes.add(
          new ShopEvent.Judged(
              new OrderOutcome(
                  order.getOrderId(),
                  next.kind().isFraud() ? OutcomeLabel.CHARGEBACK : OutcomeLabel.LEGITIMATE,
                  order.getTimeMs() + OUTCOME_DELAY_MS,
                  "bank")));
    }

    @Override
    public Refusals refusals() {
      return refusals;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
