package io.shopstream.query.feedback;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.context.annotation.Context;
import io.shopstream.events.RecommendationPerformance;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.catalog.TopicView;
import io.shopstream.query.config.KafkaClients;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * What becomes of recommendations, live: follows the totals that streams-app publishes a partition,
 * adds them up, and shows the sums as metrics. Every instance shows the same totals, so a dashboard
 * takes the maximum over instances, not the sum.
 */
@Context
public final class Performance {

  /** Series of metrics that are shown, at most: names of strategies are few unless keys leak. */
  private static final int MOST_SERIES = 1_000;

  /**
   * The sum over partitions of one place, variant and strategy.
   *
   * @param impressions lists shown
   * @param clicked lists with one click at least
   * @param clicks items clicked
   * @param conversions items clicked and then ordered in time
   * @param ignored impressions and clicks that were not counted
   * @param updatedTimeMs of the newest event, in milliseconds since 1970-01-01 UTC
   */
  public record Total(
      String place,
      String variant,
      String strategy,
      long impressions,
      long clicked,
      long clicks,
      long conversions,
      long ignored,
      long updatedTimeMs) {

    private Total plus(RecommendationPerformance more) {
      return new Total(
          place,
          variant,
          strategy,
          impressions + more.getImpressions(),
          clicked + more.getClicked(),
          clicks + more.getClicks(),
          conversions + more.getConversions(),
          ignored + more.getIgnored(),
          Math.max(updatedTimeMs, more.getUpdatedTimeMs()));
    }

    /** Share of the lists shown that were clicked, 0 when none was shown. */
    public double clickThroughRate() {
      return impressions == 0 ? 0 : (double) clicked / impressions;
    }

    /** Share of the items clicked that were ordered, 0 when none was clicked. */
    public double conversionRate() {
      return clicks == 0 ? 0 : (double) conversions / clicks;
    }
  }

  private final MeterRegistry meters;
  private final TopicView<RecommendationPerformance> view;
  private final Map<String, RecommendationPerformance> byPartition = new ConcurrentHashMap<>();
  private final Map<String, Total> totals = new ConcurrentHashMap<>();

  Performance(KafkaClients kafka, MeterRegistry meters) {
    this.meters = meters;
    this.view =
        new TopicView<>(
            kafka,
            Topics.RECOMMENDATION_PERFORMANCE,
            RecommendationPerformance.class,
            (key, counts, appendMs) -> {
              if (counts == null) {
                byPartition.remove(key);
              } else {
                byPartition.put(key, counts);
                addUp(counts);
              }
            });
  }

  /** All totals, by place, variant and strategy. */
  public List<Total> totals() {
    return List.copyOf(new TreeMap<>(totals).values());
  }

  /** Adds up the partitions of what one record is about; by the thread of the view. */
  private void addUp(RecommendationPerformance changed) {
    var name = name(changed);
    var sum =
        new Total(
            changed.getPlace(), changed.getVariant(), changed.getStrategy(), 0, 0, 0, 0, 0, 0);
    for (var counts : byPartition.values()) {
      if (name(counts).equals(name)) {
        sum = sum.plus(counts);
      }
    }
    if (totals.put(name, sum) == null && totals.size() <= MOST_SERIES) {
      register(name, sum);
    }
  }

  private static String name(RecommendationPerformance counts) {
    return counts.getPlace() + "/" + counts.getVariant() + "/" + counts.getStrategy();
  }

  private void register(String name, Total total) {
    var tags =
        Tags.of("place", total.place(), "variant", total.variant(), "strategy", total.strategy());
    counter(name, tags, "recommendations.impressions.lists", "Lists shown.", Total::impressions);
    counter(name, tags, "recommendations.clicked.lists", "Lists with one click.", Total::clicked);
    counter(name, tags, "recommendations.clicks.items", "Items clicked.", Total::clicks);
    counter(
        name,
        tags,
        "recommendations.conversions.items",
        "Items clicked and then ordered.",
        Total::conversions);
    counter(
        name,
        tags,
        "recommendations.ignored.events",
        "Impressions and clicks not counted.",
        Total::ignored);
    gauge(
        name,
        tags,
        "recommendations.click.through.ratio",
        "Lists clicked of those shown.",
        Total::clickThroughRate);
    gauge(
        name,
        tags,
        "recommendations.conversion.ratio",
        "Items ordered of those clicked.",
        Total::conversionRate);
  }

  private void counter(
      String name, Tags tags, String metric, String description, ToDoubleFunction<Total> value) {
    FunctionCounter.builder(metric, totals, all -> value.applyAsDouble(all.get(name)))
        .tags(tags)
        .description(description)
        .register(meters);
  }

  private void gauge(
      String name, Tags tags, String metric, String description, ToDoubleFunction<Total> value) {
    Gauge.builder(metric, totals, all -> value.applyAsDouble(all.get(name)))
        .tags(tags)
        .description(description)
        .register(meters);
  }

  @PreDestroy
  void close() {
    view.close();
  }
}
