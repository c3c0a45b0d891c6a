package io.shopstream.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shopstream.events.NeighboursAlong;
import io.shopstream.events.VisitAnswer;
import io.shopstream.events.VisitRows;
import io.shopstream.events.serde.AvroBinary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VisitWriterTest {

  @Property(tries = 200)
  void shouldWriteWhatAvroReads(@ForAll long seed, @ForAll @IntRange(max = 70) int size) {
    var random = new Random(seed);
    var written = Unpooled.buffer();
    var writer = new VisitWriter(written, size);
    var visits = new ArrayList<VisitRows>();
    for (var i = 0; i < size; i++) {
      var profile = random.nextInt(4) == 0 ? null : bytes(random);
      var lag = random.nextLong() >>> (1 + random.nextInt(63));
      writer.begin(profile, i % 3 == 0, lag);
      var neighbours = new ArrayList<NeighboursAlong>();
      for (var j = random.nextInt(5); j > 0; j--) {
        var key = bytes(random);
        var value = random.nextInt(3) == 0 ? null : bytes(random);
        writer.neighbours(key, value);
        neighbours.add(new NeighboursAlong(ByteBuffer.wrap(key), wrapped(value)));
      }
      writer.end();
      visits.add(new VisitRows(wrapped(profile), i % 3 == 0, lag, neighbours));
    }

    assertThat(AvroBinary.decode(ByteBufUtil.getBytes(written), VisitAnswer.class).getVisits())
        .isEqualTo(visits);
  }

  private static byte[] bytes(Random random) {
    var bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 20_000 : 100)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer wrapped(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
