package io.shopstream.streams.feedback;

import static io.shopstream.streams.feedback.FeedbackProcessor.SHOPPERS;
import static io.shopstream.streams.feedback.FeedbackProcessor.TOTALS;
import static io.shopstream.streams.feedback.FeedbackProcessor.TOTALS_OUTBOX;

import io.shopstream.events.RecommendationPerformance;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.FailedCasts;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.StreamsConfiguration;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.Outbox;
import io.shopstream.streams.store.RowStoreBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;

/**
 * The recommendation-feedback application: keyed by the shopper.
 *
 * <pre>
 *   recommendation-impressions ─┐
 *   recommendation-clicks ──────┼─ feedback ── recommendation-performance
 *   orders ─────────────────────┤    └ feedback-shoppers, feedback-totals, feedback-totals-outbox
 *   erasures ───────────────────┘
 * </pre>
 */
public final class RecommendationFeedbackTopology implements StreamsTopology {

  public static final String APPLICATION_ID = "recommendation-feedback";

  private static final List<Topic> SOURCES =
      List.of(
          Topics.RECOMMENDATION_IMPRESSIONS,
          Topics.RECOMMENDATION_CLICKS,
          Topics.ORDERS,
          Topics.ERASURES);

  private final AvroSerdes serdes;
  private final FeedbackSettings settings;

  public RecommendationFeedbackTopology(AvroSerdes serdes, FeedbackSettings settings) {
    this.serdes = serdes;
    this.settings = settings;
  }

  @Override
  public String applicationId() {
    return APPLICATION_ID;
  }

  @Override
  public Tuning tuning() {
    return settings.tuning();
  }

  /** Totals are published once a second, so nothing is gained by fetching every order by itself. */
  @Override
  public Map<String, Object> configuration() {
    return StreamsConfiguration.fetchedTogether(64 * 1024, Duration.ofMillis(250));
  }

  @Override
  public List<QueryableStore> queryableStores() {
    return List.of(
        QueryableStore.translated(
            StateStore.SHOPPER_FEEDBACK,
            Topics.RECOMMENDATION_IMPRESSIONS.name(),
            (key, row) -> FeedbackProcessor.answer(row)));
  }

  @Override
  public Topology build() {
    var topology = new Topology(FailedCasts.handled(APPLICATION_ID));
    for (var source : SOURCES) {
      topology.addSource(
          source.name(),
          Serdes.String().deserializer(),
          serdes.deserializer(source.value()),
          source.name());
    }
    return topology
        .addProcessor(
            "feedback",
            () -> new FeedbackProcessor(settings),
            SOURCES.stream().map(Topic::name).toArray(String[]::new))
        .addStateStore(rowStore(SHOPPERS).forgettingWithin(settings.changelogLag()), "feedback")
        .addStateStore(rowStore(TOTALS), "feedback")
        .addStateStore(Outbox.builder(TOTALS_OUTBOX), "feedback")
        .addSink(
            "recommendation-performance",
            Topics.RECOMMENDATION_PERFORMANCE.name(),
            Serdes.String().serializer(),
            serdes.serializer(RecommendationPerformance.class),
            "feedback");
  }

  private RowStoreBuilder rowStore(String name) {
    return new RowStoreBuilder(name, settings.tableBytes(), settings.dirtyBytes());
  }
}
