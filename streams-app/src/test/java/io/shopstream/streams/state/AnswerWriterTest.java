package io.shopstream.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.StateRow;
import io.shopstream.events.serde.AvroBinary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AnswerWriterTest {

  @Property(tries = 200)
  void shouldWriteWhatAvroWrites(@ForAll long seed, @ForAll @IntRange(max = 70) int size) {
    var random = new Random(seed);
    var values = IntStream.range(0, size).mapToObj(i -> value(random)).toList();
    var lags =
        random.longs(size, 0, Long.MAX_VALUE).map(lag -> lag >>> random.nextInt(63)).toArray();

    var written = Unpooled.buffer();
    var writer = new AnswerWriter(written, size);
    var rows = new ArrayList<StateRow>();
    for (var i = 0; i < size; i++) {
      var value = values.get(i);
      writer.add(value.orElse(null), i % 3 == 0, lags[i]);
      rows.add(new StateRow(value.map(ByteBuffer::wrap).orElse(null), i % 3 == 0, lags[i]));
    }

    assertThat(ByteBufUtil.getBytes(written)).isEqualTo(AvroBinary.encode(new StateAnswer(rows)));
  }

  private static Optional<byte[]> value(Random random) {
    if (random.nextInt(4) == 0) {
      return Optional.empty();
    }
    var bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 20_000 : 100)];
    random.nextBytes(bytes);
    return Optional.of(bytes);
  }
}
