package io.shopstream.bench.micro;

import io.shopstream.events.Click;
import io.shopstream.events.ItemPairs;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.NeighbourRow;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What reading and writing bytes costs: events, messages between the applications, rows. */
@State(Scope.Thread)
@Fork(jvmArgsAppend = "-XX:+UseG1GC")
public class CodecBench {

  private List<Click> clicks;
  private List<byte[]> clickBytes;
  private List<ItemPairs> pairs;
  private List<byte[]> pairBytes;
  private List<byte[]> rows;
  private int next;

  /** Lets clicks make messages and rows. */
  @Setup
  public void learn() {
    var sample = new ShopSample();
    clicks = sample.touches().stream().map(ShopSample.Touch::click).toList();
    clickBytes = clicks.stream().map(AvroBinary::encode).toList();
    pairs = sample.records();
    pairBytes = pairs.stream().map(AvroBinary::encode).toList();
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

  /** What items gained in a commit of 400 clicks, as one message. */
  @Benchmark
  public byte[] pairsToBytes() {
    return AvroBinary.encode(next(pairs));
  }

  /** What items gained in a commit of 400 clicks, from one message. */
  @Benchmark
  public ItemPairs pairsFromBytes() {
    return AvroBinary.decode(next(pairBytes), ItemPairs.class);
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
