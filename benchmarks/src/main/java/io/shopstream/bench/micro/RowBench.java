package io.shopstream.bench.micro;

import io.shopstream.bench.micro.ShopSample.RowUpdate;
import io.shopstream.bench.micro.ShopSample.Touch;
import io.shopstream.events.PairKind;
import io.shopstream.streams.cooccurrence.ItemPairsReader;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import io.shopstream.streams.profile.PairSink;
import io.shopstream.streams.profile.VisitPairs;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What a click costs in streams-app, Kafka and RocksDB apart. */
@State(Scope.Thread)
@Fork(jvmArgsAppend = "-XX:+UseG1GC")
public class RowBench {

  private final NeighbourRowEditor editor =
      NeighbourRowEditor.paced(
          NeighbourRowEditor.DEFAULT_CAPACITY, NeighbourRowEditor.DEFAULT_HALF_LIFE);
  private final ItemPairsReader reader = new ItemPairsReader();
  private final VisitPairs pairs = new VisitPairs();
  private final Sum sum = new Sum();
  private List<RowUpdate> updates;
  private List<Touch> touches;
  private int next;

  /** Takes pairs and keeps none. */
  private static final class Sum implements PairSink {
    private double weight;

    @Override
    public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
      this.weight += weight;
    }

    @Override
    public void pair(
        PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
      this.weight += weight;
    }
  }

  /** Lets clicks make rows and visits. */
  @Setup
  public void learn() {
    var sample = new ShopSample();
    updates = sample.updates();
    touches = sample.touches();
  }

  /** Adds what one item gained in a commit to its full row of 150 neighbours. */
  @Benchmark
  public byte[] rowUpdate() {
    var one = next(updates);
    var updates = reader.read(one.message());
    return updates.nextGroup() ? editor.apply(one.row(), updates) : one.row();
  }

  /** Brings a visit up to date with a click, and tells its pairs. */
  @Benchmark
  public void visitUpdate(Blackhole blackhole) {
    var one = next(touches);
    var visit = pairs.touched(one.visit(), one.click().getItemId(), one.click().getTimeMs(), sum);
    blackhole.consume(visit);
    blackhole.consume(sum.weight);
  }

  private <T> T next(List<T> all) {
    next = next + 1 < all.size() ? next + 1 : 0;
    return all.get(next);
  }
}
