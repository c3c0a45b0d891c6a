package io.shopstream.bench.micro;

import io.shopstream.bench.micro.ShopSample.Touch;
import io.shopstream.events.Click;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.NeighbourRow;
import io.shopstream.streams.cooccurrence.ItemPairsReader;
import io.shopstream.streams.cooccurrence.NeighbourRowEditor;
import io.shopstream.streams.profile.PairGathering;
import io.shopstream.streams.profile.VisitPairs;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What reading and writing bytes costs: events, messages between the applications, rows. */
@State(Scope.Thread)
@Fork(jvmArgsAppend = "-XX:+UseG1GC")
public class CodecBench {

  private List<Click> clicks;
  private List<byte[]> clickBytes;
  private List<Touch> touches;
  private List<byte[]> pairBytes;
  private List<byte[]> rows;
  private final VisitPairs visitPairs = new VisitPairs();
  private final PairGathering gathering =
      new PairGathering(1, NeighbourRowEditor.DEFAULT_HALF_LIFE.toMillis());
  private final ItemPairsReader reader = new ItemPairsReader();
  private int next;

  /** Lets clicks make messages and rows. */
  @Setup
  public void learn() {
    var sample = new ShopSample();
    clicks = sample.touches().stream().map(ShopSample.Touch::click).toList();
    clickBytes = clicks.stream().map(AvroBinary::encode).toList();
    touches = sample.touches();
    pairBytes = sample.messages();
    rows = sample.updates().stream().map(ShopSample.RowUpdate::row).toList();
  }

  @Benchmark
  public byte[] clickToBytes() {
    return AvroBinary.encode(next(clicks));
  }

  @Benchmark
  public Click clickFromBytes() {
    return AvroBinary.decode(next(clickBytes), Click.class);
  }

  /** What items gain in a commit of 400 clicks: visits followed, pairs gathered, a message. */
  @Benchmark
  public void commitToBytes(Blackhole blackhole) {
    for (var i = 0; i < ShopSample.CLICKS_A_COMMIT; i++) {
      var one = next(touches);
      blackhole.consume(
          visitPairs.touched(
              one.visit(), one.click().getItemId(), one.click().getTimeMs(), gathering));
    }
    gathering.drain((message, partition) -> blackhole.consume(message));
  }

  /** What items gained in a commit of 400 clicks: a message verified, then read. */
  @Benchmark
  public double pairsFromBytes() {
    var message = next(pairBytes);
    ItemPairsReader.requireReadable(message);
    var sum = 0.0;
    reader.read(message);
    while (reader.nextGroup()) {
      while (reader.nextNeighbour()) {
        sum += reader.weight();
      }
    }
    return sum;
  }

  /** Looks at every neighbour of a full row: its weight and the hash of its id. */
  @Benchmark
  public long rowRead() {
    var row = NeighbourRow.of(next(rows));
    var sum = 0L;
    for (var k = 0; k < row.size(); k++) {
      sum += row.neighbourHash(k) ^ Double.doubleToRawLongBits(row.neighbourWeight(k));
    }
    return sum;
  }

  private <T> T next(List<T> all) {
    next = next + 1 < all.size() ? next + 1 : 0;
    return all.get(next);
  }
}
