package io.shopstream.bench.micro;

import io.shopstream.bench.fraud.LabelledOrder;
import io.shopstream.bench.fraud.Replay;
import io.shopstream.load.synthetic.FraudStories;
import io.shopstream.streams.fraud.OrderReading;
import io.shopstream.streams.fraud.decision.Assessment;
import io.shopstream.streams.fraud.decision.Assessor;
import io.shopstream.streams.fraud.decision.Policy;
import io.shopstream.streams.fraud.features.EntityState;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.fraud.rules.RuleSet;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What an order costs in fraud scoring, Kafka and RocksDB apart. */
@State(Scope.Thread)
@Fork(jvmArgsAppend = "-XX:+UseG1GC")
public class FraudBench {

  private static final int ORDERS = 8_000;
  private static final int KEPT = 1_024;
  private static final long START_MS = 1_735_689_600_000L;
  private static final long STEP_MS = Duration.ofDays(30).toMillis() / ORDERS;
  private static final long SEED = 1;
  private static final int REASONS = 3;

  private final Assessor assessor = new Assessor(Policy.defaults(), REASONS);
  private final List<Scene> scenes = new ArrayList<>();
  private FraudModel model;
  private int next;

  /**
   * An order, and what was known before it.
   *
   * @param device what was known of its device
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Scene(
      OrderFacts order, byte[] device, Map<EntityType, float[]> blocks, float[] features) {}

  /** Lets a month of orders pass, with what they turn out to be, so that the model has learned. */
  @Setup
  public void learn() {
    var replay =
        new Replay(
            Duration.ofDays(3),
            Learner.Settings.defaults(),
            new Assessor(Policy.defaults(), 0),
            RuleSet.NONE);
    var stories = new FraudStories(SEED);
    var states = new EnumMap<EntityType, Map<String, byte[]>>(EntityType.class);
    for (var i = 0; i < ORDERS; i++) {
      var told = stories.next(START_MS + i * STEP_MS);
      var facts = OrderReading.facts(told.order(), EnumSet.allOf(EntityType.class));
      replay.assess(new LabelledOrder(facts, told.kind().isFraud()));
      var scene = scene(facts, states);
      if (i >= ORDERS - KEPT) {
        scenes.add(scene);
      }
    }
    model = replay.model();
  }

  private static Scene scene(OrderFacts order, Map<EntityType, Map<String, byte[]>> states) {
    var part = order.part();
    var blocks = new EnumMap<EntityType, float[]>(EntityType.class);
    var device = new byte[0];
    for (var party : order.ids().entrySet()) {
      var table = states.computeIfAbsent(party.getKey(), type -> new HashMap<>());
      var before = table.getOrDefault(party.getValue(), new byte[0]);
      if (party.getKey() == EntityType.DEVICE) {
        device = before;
      }
      blocks.put(party.getKey(), EntityState.features(party.getKey(), before, part));
      table.put(party.getValue(), EntityState.update(party.getKey(), before, part));
    }
    return new Scene(order, device, blocks, Features.vector(order, blocks, ZoneOffset.UTC));
  }

  /** One party: reads its past, tells the features of an order, adds the order. */
  @Benchmark
  public byte[] featureUpdate() {
    var scene = next(scenes);
    var part = scene.order().part();
    var state = EntityState.fromBytes(EntityType.DEVICE, scene.device());
    var features = state.features(part);
    state.add(part);
    var bytes = state.toBytes();
    // Both results are used.
    bytes[bytes.length - 1] ^= features.length == 0 ? (byte) 1 : 0;
    return bytes;
  }

  /** Puts the features of all parties together. */
  @Benchmark
  public float[] featureVector() {
    var scene = next(scenes);
    return Features.vector(scene.order(), scene.blocks(), ZoneOffset.UTC);
  }

  /** The trees alone. */
  @Benchmark
  public double modelScore() {
    return model.probability(model.margin(next(scenes).features()));
  }

  /** Score, decision and three reasons. */
  @Benchmark
  public Assessment assessment() {
    var scene = next(scenes);
    return assessor.assess(scene.order(), scene.features(), model, RuleSet.NONE);
  }

  private <T> T next(List<T> all) {
    next = next + 1 < all.size() ? next + 1 : 0;
    return all.get(next);
  }
}
