package io.shopstream.bench.chaos;

import io.shopstream.events.topics.Topics;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.feedback.RecommendationFeedbackTopology;
import io.shopstream.streams.fraud.FraudLearningTopology;
import io.shopstream.streams.fraud.FraudScoringTopology;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What is broken, and for how long. Everything is put right again afterwards. */
enum Scenario {
  KILL_STREAMS_APP("kill -9 of one streams-app after the other, started again soon or late") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.killInALoop(stage.cluster().streams(), 2, 0.2, 12);
    }
  },
  KILL_QUERY_SERVICE("kill -9 of one query-service after the other") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.killInALoop(stage.cluster().queries(), 2, 0.2, 4);
    }
  },
  KILL_BROKER("kill -9 of one broker after the other") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.killInALoop(stage.cluster().brokers(), 2, 0.5, 6);
    }
  },
  LOSE_BROKER("one broker of three is gone for half a minute") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.kill(stage.any(stage.cluster().brokers()));
      stage.sleep(30);
    }
  },
  RESTART_BROKERS("each broker is stopped and started in turn") {
    @Override
    void run(Stage stage) throws InterruptedException {
      for (var broker : stage.cluster().brokers()) {
        stage.restart(broker);
        stage.sleep(3);
      }
    }
  },
  PAUSE_STREAMS_APP("a streams-app is stopped (SIGSTOP) past its session time-out, and goes on") {
    @Override
    void run(Stage stage) throws InterruptedException {
      pause(stage, stage.cluster().streams(), 14);
    }
  },
  PAUSE_QUERY_SERVICE("a query-service is stopped (SIGSTOP) for eight seconds, and goes on") {
    @Override
    void run(Stage stage) throws InterruptedException {
      pause(stage, stage.cluster().queries(), 8);
    }
  },
  PAUSE_BROKER("a broker is stopped (SIGSTOP) past its session time-out, and goes on") {
    @Override
    void run(Stage stage) throws InterruptedException {
      pause(stage, stage.cluster().brokers(), 14);
    }
  },
  SLOW_NETWORK("300 ms more to the state of one streams-app, 50 ms more from one to the brokers") {
    @Override
    void run(Stage stage) throws InterruptedException {
      var slow = stage.any(stage.cluster().streams());
      stage.broke("slow network to " + slow + ", and from the last one to the brokers");
      stage.cluster().toState(slow).slow(Duration.ofMillis(300));
      stage.cluster().toBrokers().forEach(one -> one.slow(Duration.ofMillis(50)));
      stage.sleep(20);
    }
  },
  CUT_STATE("no byte from query-service to one streams-app, which goes on otherwise") {
    @Override
    void run(Stage stage) throws InterruptedException {
      var cut = stage.any(stage.cluster().streams());
      stage.broke("network to " + cut + " cut");
      stage.cluster().toState(cut).cut();
      stage.sleep(12);
      stage.cluster().toState(cut).whole();
      stage.sleep(3);
    }
  },
  CUT_BROKERS("no byte between one streams-app and the brokers, past its session time-out") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.broke("network from the last streams-app to the brokers cut");
      stage.cluster().toBrokers().forEach(Detour::cut);
      stage.sleep(15);
      stage.cluster().toBrokers().forEach(Detour::whole);
      stage.sleep(5);
    }
  },
  CLOCK_SKEW("half of the clicks come from clocks up to three hours slow or twelve minutes fast") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.broke("clocks are wrong");
      stage.load().quirks(new Load.Quirks(0, 0, 0.5));
      stage.sleep(15);
    }
  },
  DUPLICATES("a third of the events comes twice, a fifth late and out of order; and a kill -9") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.broke("duplicates and disorder");
      stage.load().quirks(new Load.Quirks(0.33, 0.2, 0));
      stage.sleep(10);
      stage.killInALoop(stage.cluster().streams(), 1, 0.2, 2);
    }
  },
  GARBAGE("records that are no events, as fast as Kafka takes them") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.broke(String.format(Locale.ROOT, "%,d records of garbage", stage.garbage()));
      stage.load().publishGarbage(stage.garbage(), stage.seed());
    }
  },
  REGISTRY_DOWN("the schema registry is killed; then a streams-app is, and starts without it") {
    @Override
    void run(Stage stage) throws InterruptedException {
      stage.kill(Cluster.REGISTRY);
      stage.sleep(6);
      var streams = stage.any(stage.cluster().streams());
      stage.kill(streams);
      stage.cluster().startProcess(streams);
      stage.sleep(14);
      stage.cluster().startProcess(Cluster.REGISTRY);
      stage.cluster().awaitReady(Cluster.REGISTRY);
      stage.cluster().awaitReady(streams);
    }
  },
  LOST_STATE(
      "the state folder of one streams-app is deleted, of another damaged, while both are down") {
    @Override
    void run(Stage stage) throws InterruptedException {
      var names = new ArrayList<>(stage.cluster().streams());
      var gone = names.remove(names.indexOf(stage.any(names)));
      stage.shutDown(gone);
      delete(stage.cluster().stateFolder(gone));
      stage.cluster().startProcess(gone);
      stage.cluster().awaitReady(gone);
      stage.sleep(10);
      var damaged = stage.any(names);
      stage.shutDown(damaged);
      damage(stage.cluster().stateFolder(damaged));
      stage.cluster().startProcess(damaged);
      stage.cluster().awaitReady(damaged);
    }
  },
  ROLLING_RESTART("every process is stopped in order and started again, one after the other") {
    @Override
    void run(Stage stage) throws InterruptedException {
      var names = new ArrayList<String>();
      names.addAll(stage.cluster().streams());
      names.addAll(stage.cluster().queries());
      names.addAll(stage.cluster().brokers());
      for (var name : names) {
        stage.restart(name);
        stage.sleep(4);
      }
    }
  },
  NEW_GENERATION("item-co-occurrence is built anew beside the old one, which it then replaces") {
    @Override
    void run(Stage stage) throws InterruptedException {
      var cluster = stage.cluster();
      var old = List.copyOf(cluster.streams());
      var application = ItemCoOccurrenceTopology.APPLICATION_ID;
      var next = cluster.addGeneration(application, "g" + old.size());
      stage.broke(next + " begins " + application + " anew");
      cluster.startProcess(next);
      cluster.awaitReady(next);
      stage.awaitCaughtUp(application + "-g" + old.size(), Topics.ITEM_PAIRS.name());
      cluster.tellQueriesOfAll();
      for (var query : cluster.queries()) {
        stage.restart(query);
      }
      for (var streams : old) {
        cluster.runOnly(streams, OTHERS);
        stage.restart(streams);
        stage.sleep(4);
      }
    }
  };

  private static final List<String> OTHERS =
      List.of(
          UserProfilesTopology.APPLICATION_ID,
          FraudScoringTopology.APPLICATION_ID,
          FraudLearningTopology.APPLICATION_ID,
          RecommendationFeedbackTopology.APPLICATION_ID);

  private final String what;

  Scenario(String what) {
    this.what = what;
  }

  /** Breaks things, and returns when enough is broken; nothing need be whole again. */
  abstract void run(Stage stage) throws InterruptedException;

  /** The name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What is broken, in words. */
  String what() {
    return what;
  }

  /**
   * The scenario of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Scenario of(String label) {
    return Arrays.stream(values())
        .filter(one -> one.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no scenario " + label + "; --list names them"));
  }

  private static void pause(Stage stage, List<String> names, double seconds)
      throws InterruptedException {
    var name = stage.any(names);
    stage.pause(name);
    stage.sleep(seconds);
    stage.cluster().goOn(name);
    stage.sleep(5);
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be deleted", e);
    }
  }

  /** Overwrites the middle of every table and log of RocksDB. */
  private static void damage(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var name = file.getFileName().toString();
        if (name.endsWith(".sst") || name.startsWith("MANIFEST") || name.equals("CURRENT")) {
          Files.writeString(file, "no database any more");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be written", e);
    }
  }
}
