package io.shopstream.streams.cooccurrence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ItemUpdates;
import io.shopstream.events.PairKind;
import io.shopstream.events.PairUpdate;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.streams.runtime.VerifiedValues;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class ItemPairsVerifiedTest {

  private final VerifiedValues verified =
      new VerifiedValues((topic, bytes) -> bytes, ItemPairsReader::requireReadable);

  private static byte[] message(String item, int neighbours) {
    var updates =
        IntStream.range(0, neighbours).mapToObj(i -> new PairUpdate(item + i, 1.0, 1)).toList();
    return AvroBinary.encode(
        new ItemPairs(
            List.of(new ItemUpdates(item, PairKind.VIEWED, 1L, 1.0, 1, updates, 0.0, 0.0))));
  }

  /** Kafka Streams gives one deserializer to all threads. */
  @Test
  void shouldServeSeveralThreadsAtOnce() {
    var running =
        Stream.of(message("tea", 300), message("a-teapot-with-roses", 7))
            .map(
                message ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (var i = 0; i < 20_000; i++) {
                            assertThat(verified.deserialize("item-pairs", message))
                                .isSameAs(message);
                          }
                        }))
            .toList();
    assertThat(running).allSatisfy(CompletableFuture::join);
  }

  @Test
  void shouldRefuseWhatCannotBeRead() {
    assertThatThrownBy(() -> verified.deserialize("item-pairs", new byte[] {2, 2}))
        .isInstanceOf(SerializationException.class)
        .hasMessage("Not a value of the schema it names: item_id: has 1 bytes, and 0 are left");
    assertThat(verified.deserialize("item-pairs", null)).isNull();
  }
}
