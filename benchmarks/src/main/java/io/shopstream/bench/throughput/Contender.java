package io.shopstream.bench.throughput;

import io.shopstream.bench.backbone.Answers;
import io.shopstream.bench.backbone.Round;
import io.shopstream.bench.throughput.limit.DecodeMain;
import io.shopstream.bench.throughput.naive.NaiveMain;
import io.shopstream.bench.throughput.naive.NaiveTopology;
import io.shopstream.bench.throughput.prototype.PrototypeMain;
import io.shopstream.bench.throughput.prototype.VisitsTopology;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/** Something that clicks are drained through, in a child process of its own. */
enum Contender {
  /** streams-app as it ships, with the two applications that co-occurrence takes. */
  REAL("streams-app: user-profiles, item-co-occurrence") {
    @Override
    List<Stage> stages() {
      return List.of(
          new Stage(UserProfilesTopology.APPLICATION_ID, Topics.CLICKSTREAM.name()),
          new Stage(ItemCoOccurrenceTopology.APPLICATION_ID, Topics.ITEM_PAIRS.name()));
    }

    @Override
    ChildProcess start(Round round, List<String> jvmOptions) {
      return round.startStreamsApp(
          jvmOptions,
          List.of(UserProfilesTopology.APPLICATION_ID, ItemCoOccurrenceTopology.APPLICATION_ID));
    }
  },

  /** Two applications, a record a pair message, Kafka Streams' own cache. */
  PROTOTYPE("a record a pair message, built-in cache") {
    @Override
    List<Stage> stages() {
      return List.of(
          new Stage("prototype-visits", Topics.CLICKSTREAM.name()),
          new Stage("prototype-rows", VisitsTopology.PAIRS));
    }

    @Override
    ChildProcess start(Round round, List<String> jvmOptions) {
      var pairs =
          new NewTopic(VisitsTopology.PAIRS, Optional.of(round.partitions()), Optional.empty())
              .configs(Topics.ITEM_PAIRS.brokerConfiguration());
      Answers.await(round.admin().createTopics(List.of(pairs)).all());
      return round.startInstead(PrototypeMain.class, jvmOptions, List.of());
    }
  },

  /** The topology that most people would write. */
  NAIVE("plain DSL: pair, count, top neighbours") {
    @Override
    List<Stage> stages() {
      var stages = new ArrayList<Stage>();
      stages.add(new Stage("naive", Topics.CLICKSTREAM.name()));
      NaiveTopology.REPARTITION_TOPICS.forEach(topic -> stages.add(new Stage("naive", topic)));
      return stages;
    }

    @Override
    ChildProcess start(Round round, List<String> jvmOptions) {
      return round.startInstead(NaiveMain.class, jvmOptions, List.of());
    }
  },

  /** Only reads and decodes. */
  LIMIT("plain consumer that only decodes") {
    @Override
    List<Stage> stages() {
      return List.of(new Stage("limit", Topics.CLICKSTREAM.name()));
    }

    @Override
    ChildProcess start(Round round, List<String> jvmOptions) {
      return round.startInstead(DecodeMain.class, jvmOptions, List.of());
    }
  };

  private final String description;

  Contender(String description) {
    this.description = description;
  }

  /** What it is, in a few words. */
  String description() {
    return description;
  }

  /**
   * What it must have read to be done, in the order of the data flow: a stage's topic gets no more
   * records once the stages before it have committed all of theirs.
   */
  abstract List<Stage> stages();

  /** Starts it on a broker that holds the clicks, and returns at once. */
  abstract ChildProcess start(Round round, List<String> jvmOptions);

  /** Name on the command line and in the output. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A topic and the consumer group that reads it.
   *
   * @param group consumer group
   * @param topic its input
   */
  record Stage(String group, String topic) {}
}
