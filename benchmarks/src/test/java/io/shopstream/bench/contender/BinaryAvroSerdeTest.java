package io.shopstream.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.PairUpdate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BinaryAvroSerdeTest {

  @Test
  void shouldReadWhatItWroteInSeveralThreadsAtATime() {
    var serde = new BinaryAvroSerde<>(PairUpdate.class);
    var serializer = serde.serializer();
    var deserializer = serde.deserializer();

    var threads =
        IntStream.range(0, 4)
            .mapToObj(
                thread ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (var i = 0; i < 20_000; i++) {
                            var pair =
                                new PairUpdate("item-" + thread + "-" + i, (double) i, thread);
                            var bytes = serializer.serialize("any", pair);
                            assertThat(deserializer.deserialize("any", bytes)).isEqualTo(pair);
                          }
                        }))
            .toArray(CompletableFuture[]::new);

    assertThat(CompletableFuture.allOf(threads)).succeedsWithin(Duration.ofMinutes(1));
  }
}
