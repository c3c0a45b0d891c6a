package io.shopstream.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.shopstream.local.stack.LocalStack;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Replays the shipped data set on a running stack, waits until the streams applications have
 * counted all of it, and shows what the query-service answers.
 */
public final class Demo {

  /** Well-known products of the shop, from its bestsellers. */
  private static final List<String> ITEMS = List.of("85123A", "22423", "85099B");

  /** A customer with some hundred orders. */
  private static final String USER = "17841";

  /** In the order in which events pass through them. */
  private static final List<String> GROUPS = List.of("user-profiles", "item-co-occurrence");

  /** The first order of the data set. */
  private static final String ORDER = "536365";

  private static final int NEIGHBOURS_SHOWN = 5;
  private static final Duration CATCH_UP = Duration.ofMinutes(15);
  private static final Duration CATALOGUE = Duration.ofSeconds(30);

  private final LocalStack stack;
  private final ReplayProgram replay;
  private final QueryService query;
  private final PrintWriter out;
  private final boolean terminal;

  /**
   * @param terminal whether a person is watching, who prefers a line that changes
   */
  public Demo(LocalStack stack, ReplayProgram replay, PrintWriter out, boolean terminal) {
    this.stack = stack;
    this.replay = replay;
    this.query = new QueryService(stack.layout().queryUrl());
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Runs the demo.
   *
   * @param fromStart whether to publish every event again
   * @throws IllegalStateException when the replay fails, the applications do not catch up or a
   *     query fails; the message says what to do
   */
  public Result run(boolean fromStart) {
    try (var memory = new PeakMemory(stack)) {
      var begin = System.nanoTime();
      var report = replay.run(stack, fromStart);
      awaitCounted();
      var seconds = (System.nanoTime() - begin) / 1e9;
      awaitCatalogue();
      ITEMS.forEach(this::showNeighbours);
      showRecommendations();
      showScore();
      var served =
          query.countWithNeighbours(CatalogueTopic.itemIds(stack.layout().bootstrapServers()));
      return new Result(
          report.events(), report.orders(), report.refused(), seconds, served, memory.bytes());
    }
  }

  /** Until both applications have committed everything that is in their topics. */
  private void awaitCounted() {
    var deadline = System.nanoTime() + CATCH_UP.toNanos();
    var progress = new LagLine(out, terminal);
    try (var lag = new ConsumerLag(stack.layout().bootstrapServers())) {
      for (var group : GROUPS) {
        var behind = lag.records(group);
        while (behind > 0) {
          progress.show(group, behind);
          stack.requireAlive();
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException(
                "%s is still %,d records behind after %d minutes; see %s"
                    .formatted(
                        group, behind, CATCH_UP.toMinutes(), stack.layout().log("streams-app")));
          }
          pause();
          behind = lag.records(group);
        }
      }
    }
    progress.done();
  }

  /** The query-service reads the catalogue on its own and may be a moment behind. */
  private void awaitCatalogue() {
    var deadline = System.nanoTime() + CATALOGUE.toNanos();
    for (var item : ITEMS) {
      while (!query.knows(item)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "The query-service does not know item %s; see %s"
                  .formatted(item, stack.layout().log("query-service")));
        }
        pause();
      }
    }
  }

  private void showNeighbours(String item) {
    var viewed = query.similar(item, "viewed", NEIGHBOURS_SHOWN);
    out.printf("%nWho looks at %s %s also looks at%n", item, viewed.path("title").asText());
    show(QueryService.elements(viewed, "similar"));
    var bought = query.similar(item, "bought", NEIGHBOURS_SHOWN);
    out.println("and who buys it also buys");
    show(QueryService.elements(bought, "similar"));
  }

  private void showRecommendations() {
    var answer = query.recommendations(USER, NEIGHBOURS_SHOWN);
    out.printf("%nFor customer %s%n", USER);
    for (var item : QueryService.elements(answer, "recommendations")) {
      out.printf("  %-8s %s%n", item.path("item_id").asText(), item.path("title").asText());
    }
  }

  private void showScore() {
    var score = query.score(ORDER);
    out.printf(
        Locale.ROOT,
        "%nOrder %s: %s, probability of fraud %.4f (model %d)%n",
        ORDER,
        score.path("decision").asText(),
        score.path("probability").asDouble(),
        score.path("model_version").asLong());
    for (var reason : QueryService.elements(score, "reasons")) {
      out.printf(
          Locale.ROOT,
          "  %+4.0f %%  %s%n",
          100 * reason.path("share").asDouble(),
          reason.path("text").asText());
    }
  }

  private void show(List<JsonNode> neighbours) {
    for (var item : neighbours) {
      out.printf(
          Locale.ROOT,
          "  %-8s %-40s together %,d times%n",
          item.path("item_id").asText(),
          item.path("title").asText(),
          item.path("support").asLong());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(250);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /**
   * What the demo measured.
   *
   * @param events clicks and orders published in this run
   * @param orders of these
   * @param refused lines of the data set that are no events
   * @param seconds from the start of the replay until everything was counted
   * @param similarItemsServed items of the catalogue for which the query-service has neighbours
   * @param peakBytes largest proportional set size of all processes together
   */
  public record Result(
      long events,
      long orders,
      long refused,
      double seconds,
      long similarItemsServed,
      long peakBytes) {

    /** The line that programs read. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "events=%d orders=%d refused=%d seconds=%.1f events_per_second=%.0f similar_items_served=%d",
          events,
          orders,
          refused,
          seconds,
          seconds > 0 ? events / seconds : 0,
          similarItemsServed);
    }
  }
}
