package io.shopstream.streams.cooccurrence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.serde.AvroBinary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class ItemPairsReaderTest {

  private static final List<String> IDS =
      List.of("a", "tea-85123A", "grün", "長い名前", "x".repeat(64));

  private static final List<PairKind> KINDS = List.of(PairKind.values());

  private static ItemPairs pairs(Random random, int groups) {
    var updates = new ArrayList<ItemUpdates>();
    for (var group = 0; group < groups; group++) {
      var neighbours = new ArrayList<PairUpdate>();
      for (var left = random.nextInt(4) * random.nextInt(40); left > 0; left--) {
        neighbours.add(new PairUpdate(id(random), random.nextGaussian(), random.nextInt()));
      }
      updates.add(
          new ItemUpdates(
              id(random),
              KINDS.get(random.nextInt(KINDS.size())),
              random.nextLong(4_000_000_000_000L),
              random.nextGaussian(),
              random.nextInt(),
              neighbours,
              random.nextGaussian(),
              random.nextGaussian()));
    }
    return new ItemPairs(updates);
  }

  private static String id(Random random) {
    return IDS.get(random.nextInt(IDS.size()));
  }

  /** What the reader stands on, one after another, as a record. */
  private static ItemPairs read(byte[] message) {
    var reader = new ItemPairsReader().read(message);
    var updates = new ArrayList<ItemUpdates>();
    while (reader.nextGroup()) {
      var neighbours = new ArrayList<PairUpdate>();
      while (reader.nextNeighbour()) {
        var id = Arrays.copyOfRange(reader.bytes(), reader.idStart(), reader.idEnd());
        neighbours.add(
            new PairUpdate(
                new String(id, StandardCharsets.UTF_8), reader.weight(), reader.support()));
      }
      updates.add(
          new ItemUpdates(
              reader.itemId(),
              reader.kind(),
              reader.timeMs(),
              reader.ownWeight(),
              reader.ownSupport(),
              neighbours,
              reader.ownRepeatWeight(),
              reader.ownReturnWeight()));
    }
    return new ItemPairs(updates);
  }

  /** As other writers may: blocks of arrays with their size before them. */
  private static byte[] inBlocks(ItemPairs pairs) throws IOException {
    var out = new ByteArrayOutputStream();
    var encoder = new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null);
    new SpecificDatumWriter<>(ItemPairs.class).write(pairs, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Property(tries = 200)
  void shouldReadWhatAvroWrote(@ForAll long seed, @ForAll @IntRange(max = 30) int groups)
      throws IOException {
    var pairs = pairs(new Random(seed), groups);
    for (var message : List.of(AvroBinary.encode(pairs), inBlocks(pairs))) {
      new ItemPairsReader().verify(message);
      assertThat(read(message)).isEqualTo(pairs);
    }
  }

  @Property(tries = 100)
  void shouldPassByNeighboursThatNobodyWants(@ForAll long seed) {
    var pairs = pairs(new Random(seed), 20);
    var reader = new ItemPairsReader().read(AvroBinary.encode(pairs));
    for (var updates : pairs.getGroups()) {
      assertThat(reader.nextGroup()).isTrue();
      assertThat(reader.itemId()).isEqualTo(updates.getItemId());
      // Some of them, or none.
      var wanted = updates.getNeighbours().size() / 3;
      for (var i = 0; i < wanted; i++) {
        assertThat(reader.nextNeighbour()).isTrue();
      }
    }
    assertThat(reader.nextGroup()).isFalse();
    assertThat(reader.nextGroup()).isFalse();
  }

  /** Whatever the bytes are: either they are refused, or they can be read. */
  @Property(tries = 2_000)
  void shouldRefuseOrReadWhatIsBroken(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int changes) {
    var random = new Random(seed);
    var message = AvroBinary.encode(pairs(random, 5));
    for (var i = 0; i < changes; i++) {
      message[random.nextInt(message.length)] = (byte) random.nextInt();
    }
    var cut = Arrays.copyOf(message, random.nextInt(message.length + 1));
    for (var broken : List.of(message, cut)) {
      try {
        new ItemPairsReader().verify(broken);
      } catch (IllegalArgumentException e) {
        continue;
      }
      assertThat(read(broken)).isNotNull();
    }
  }

  @Test
  void shouldSayWhatIsWrong() {
    var whole = AvroBinary.encode(one("tea", "grün", 1));
    refused(Arrays.copyOf(whole, whole.length - 9), "the bytes end too early");
    refused(Arrays.copyOf(whole, whole.length + 2), "2 bytes follow the record");
    refused(AvroBinary.encode(one("tea", "x".repeat(65), 1)), "item_id: has 1 to 64 bytes");
    refused(AvroBinary.encode(one("", "tea", 1)), "item_id: has 1 to 64 bytes");
    refused(
        AvroBinary.encode(one("tea", "cup", Double.NaN)), "A weight of item tea is out of bounds");
    refused(AvroBinary.encode(one("tea", "cup", 1e30)), "A weight of item tea is out of bounds");
    refused(AvroBinary.encode(one("tea", Long.MIN_VALUE, "cup", 1)), "time_ms: -92233720368547758");
    // The first byte of «ü» alone.
    var halved = AvroBinary.encode(one("tea", "aü", 1));
    for (var i = 0; i < halved.length - 1; i++) {
      if (halved[i] == (byte) 0xC3 && halved[i + 1] == (byte) 0xBC) {
        halved[i + 1] = 'b';
      }
    }
    refused(halved, "item_id: is no UTF-8");
  }

  private static ItemPairs one(String item, String neighbour, double weight) {
    return one(item, 1, neighbour, weight);
  }

  private static ItemPairs one(String item, long timeMs, String neighbour, double weight) {
    return new ItemPairs(
        List.of(
            new ItemUpdates(
                item,
                PairKind.VIEWED,
                timeMs,
                1.0,
                1,
                List.of(new PairUpdate(neighbour, weight, 1)),
                0.0,
                0.0)));
  }

  private static void refused(byte[] message, String why) {
    assertThatThrownBy(() -> new ItemPairsReader().verify(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
