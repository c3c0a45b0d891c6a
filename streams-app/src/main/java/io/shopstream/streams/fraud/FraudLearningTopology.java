package io.shopstream.streams.fraud;

import io.shopstream.events.FraudModelCommand;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.runtime.FailedCasts;
import io.shopstream.streams.runtime.QueryableStore;
import io.shopstream.streams.runtime.StreamsConfiguration;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.store.RowStoreBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The fraud-learning application: one learner for the whole shop, beside the scoring so that
 * growing trees holds no score up.
 *
 * <pre>
 *   fraud-examples ────────┐
 *   fraud-model-commands ──┴ learner ── fraud-model
 *                               └ fraud-learner
 * </pre>
 */
public final class FraudLearningTopology implements StreamsTopology {

  public static final String APPLICATION_ID = "fraud-learning";

  static final String FRAUD_LEARNER = "fraud-learner";
  static final String MODEL_SINK = "to-model";
  static final String COMMANDS_ANEW_SINK = "commands-anew";

  private static final long TABLE_BYTES = 4L << 20;
  private static final long DIRTY_BYTES = 2L << 20;

  private final AvroSerdes serdes;
  private final Tuning tuning;
  private final Learner.Settings settings;
  private final Duration changelogLag;
  private final FraudMetrics metrics;

  /**
   * The application.
   *
   * @param changelogLag half of the time that what was deleted may live on in the changelog
   */
  public FraudLearningTopology(
      AvroSerdes serdes,
      Tuning tuning,
      Learner.Settings settings,
      Duration changelogLag,
      FraudMetrics metrics) {
    this.changelogLag = changelogLag;
    this.serdes = serdes;
    this.tuning = tuning;
    this.settings = settings;
    this.metrics = metrics;
  }

  @Override
  public String applicationId() {
    return APPLICATION_ID;
  }

  @Override
  public Tuning tuning() {
    return tuning;
  }

  /** A fit takes seconds, so nothing is gained by fetching the examples of every transaction. */
  @Override
  public Map<String, Object> configuration() {
    return StreamsConfiguration.fetchedTogether(256 * 1024, Duration.ofMillis(250));
  }

  @Override
  public List<QueryableStore> queryableStores() {
    return List.of();
  }

  @Override
  public Topology build() {
    var text = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology(FailedCasts.handled(APPLICATION_ID))
        .addSource(
            "fraud-examples",
            text.deserializer(),
            bytes.deserializer(),
            Topics.FRAUD_EXAMPLES.name())
        .addSource(
            "fraud-model-commands",
            text.deserializer(),
            serdes.deserializer(FraudModelCommand.class),
            Topics.FRAUD_MODEL_COMMANDS.name())
        .addProcessor(
            "learner",
            () -> new LearnerProcessor(settings, changelogLag, metrics),
            "fraud-examples",
            "fraud-model-commands")
        .addStateStore(
            new RowStoreBuilder(FRAUD_LEARNER, TABLE_BYTES, DIRTY_BYTES)
                .forgettingWithin(changelogLag),
            "learner")
        .addSink(
            MODEL_SINK, Topics.FRAUD_MODEL.name(), text.serializer(), bytes.serializer(), "learner")
        .addSink(
            COMMANDS_ANEW_SINK,
            Topics.FRAUD_MODEL_COMMANDS.name(),
            text.serializer(),
            serdes.serializer(FraudModelCommand.class),
            toTheLearner(),
            "learner");
  }

  private static StreamPartitioner<String, FraudModelCommand> toTheLearner() {
    return (topic, key, value, count) -> Optional.of(Set.of(0));
  }
}
